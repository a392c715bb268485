import type { ScalarNode } from '../yaml/node.ts';
import type { GithubStep } from './pipeline.ts';

/** What a `uses:` names, in its parts. */
export type Uses =
  | {
      readonly kind: 'repository';
      readonly name: string;
      readonly repository: string;
      readonly ref: string | undefined;
    }
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'docker'; readonly image: string };

/**
 * Reads a `uses:`.
 *
 * @returns undefined where it is computed or of no known form. `name` and `repository` are in lower case, as GitHub
 *   compares them: `owner/repository/path` and `owner/repository`. `path` has no `./`.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
 */
export function parseUses(text: string | undefined): Uses | undefined {
  if (text === undefined || text.includes('${{')) return undefined;
  // `$/` is the repository of the workflow itself, whatever was checked out.
  if (/^(?:\.|\$)\//.test(text)) return { kind: 'local', path: text.slice(2).replace(/\/+$/, '') };
  if (text.startsWith('docker://')) return { kind: 'docker', image: text.slice('docker://'.length) };
  const at = text.indexOf('@');
  const name = (at < 0 ? text : text.slice(0, at)).toLowerCase();
  const [owner, repository, ...rest] = name.split('/');
  if (!owner || !repository || !/^[\w.-]+$/.test(owner + repository) || rest.includes('..')) return undefined;
  return {
    kind: 'repository',
    name,
    repository: `${owner}/${repository}`,
    ref: at < 0 ? undefined : text.slice(at + 1),
  };
}

/** The name of a step's action, `actions/checkout`; undefined for scripts, local actions and images. */
export function actionOf(step: GithubStep): string | undefined {
  const uses = parseUses(step.uses?.string());
  return uses?.kind === 'repository' ? uses.name : undefined;
}

/** The version that an action is used at: its tag, or the one that the comment behind a commit names (`# v4.2.2`). */
export function versionOf(uses: ScalarNode): string | undefined {
  const parsed = parseUses(uses.string());
  if (parsed?.kind !== 'repository' || parsed.ref === undefined) return undefined;
  if (!/^[0-9a-f]{40}$/.test(parsed.ref)) return /^v?\d[\w.+-]*$/.test(parsed.ref) ? parsed.ref : undefined;
  const { text } = uses.file;
  const newline = text.indexOf('\n', uses.range.end);
  const rest = text.slice(uses.range.end, newline < 0 ? text.length : newline);
  return /#\s*(?:tag=)?(v?\d[\w.+-]*)/.exec(rest)?.[1];
}

/** The major number of a version: 4 of `v4.2.2`. */
export function majorOf(version: string | undefined): number | undefined {
  const major = /^v?(\d+)/.exec(version ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}
