import { isAbsolute, relative, resolve } from 'node:path';
import { isSafePath } from '../tree/safe-path.ts';
import { UserError } from '../tree/user-error.ts';

/** Where a pack comes from. */
export type Source =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'npm'; readonly spec: string }
  | { readonly kind: 'git'; readonly url: string; readonly folder: string; readonly ref: string };

/**
 * Reads a source: `./packs/ours`, `npm:@acme/pack@^2`, `github:acme/packs/python#v3`, `git+https://…/packs.git#v3`.
 *
 * @throws UserError for anything else
 */
export function parseSource(source: string): Source {
  if (/^\.{1,2}(\/|$)/.test(source) || isAbsolute(source)) return { kind: 'path', path: source };
  const npm = /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:@[\w.^~<>=*+-]+)?)$/.exec(source);
  if (npm?.[1] !== undefined) return { kind: 'npm', spec: npm[1] };
  const hosted = /^(github|gitlab):([\w.-]+\/[\w.-]+)((?:\/[\w.-]+)*)(?:#([\w./-]+))?$/.exec(source);
  if (hosted !== null) {
    const [, host, repository, folder, ref] = hosted;
    return gitSource(source, `https://${host}.com/${repository}.git`, (folder ?? '').slice(1), ref);
  }
  const git = /^git\+((?:https|ssh|file):\/\/[^\s#]+)(?:#([\w./-]+))?$/.exec(source);
  if (git?.[1] !== undefined) return gitSource(source, git[1], '', git[2]);
  throw new UserError(`"${source}" is no source of a pack`, {
    remedy:
      'Write ./path, npm:<name>@<version>, github:<owner>/<repository>/<folder>#<ref> or git+https://<address>#<ref>.',
  });
}

function gitSource(source: string, url: string, folder: string, ref: string | undefined): Source {
  if (ref?.startsWith('-') || (folder !== '' && !isSafePath(folder))) {
    throw new UserError(`"${source}" is no source of a pack`, { remedy: 'Name a branch, a tag or a commit after #.' });
  }
  return { kind: 'git', url, folder, ref: ref ?? 'HEAD' };
}

/**
 * A source as the spec names it: a folder that was typed relative to the working directory becomes relative to the
 * workspace.
 *
 * @throws UserError for what is no source
 */
export function packSource(cwd: string, root: string, typed: string): string {
  const source = parseSource(typed);
  if (source.kind !== 'path' || isAbsolute(source.path)) return typed;
  const path = relative(root, resolve(cwd, source.path));
  return path.startsWith('..') ? path : `./${path}`;
}
