import { treeSource } from '../artifacts/file-source.ts';
import { openRepository } from '../artifacts/repository.ts';
import { defaultConfig } from '../lint/config.ts';
import type { Finding } from '../lint/finding.ts';
import { lint } from '../lint/lint.ts';
import { availableValues } from '../render/availability.ts';
import { applies, factsOf } from '../render/condition.ts';
import type { Pack } from '../render/feature.ts';
import { render } from '../render/render.ts';
import { OPTIONS, type Option } from '../spec/options.ts';
import { checkSpec } from '../spec/parse-spec.ts';
import type { Workspace } from '../spec/workspace.ts';
import type { Tree } from '../tree/tree.ts';
import { unlessRefused } from '../tree/user-error.ts';
import { type Choices, specOf } from './desired.ts';

/** What {@link checkPack} found. */
export interface PackReport {
  /** Workspaces that were rendered. */
  readonly workspaces: number;
  /** Features of the pack that none of them has. */
  readonly unused: readonly string[];
  /** What `msvc lint` says of the files that the pack brings or changes, each once. */
  readonly findings: readonly { readonly choice: string; readonly finding: Finding }[];
}

/** Rendering alone brings no lock file; the tool makes it afterwards. */
const ABOUT_LOCK_FILES = new Set(['python/lock-file']);

/**
 * Renders a workspace for every value of every option, with the pack and without it, alone and beside a second service,
 * and lints at every preset what the pack makes different.
 *
 * @param builtin the built-in features
 * @param combined the same with the pack over them
 * @param names the pack's features
 * @param options the generator's version, today as YYYY-MM-DD, and a listener for what is being rendered
 * @throws UserError where the pack cannot be rendered with an accepted choice
 */
export async function checkPack(
  builtin: Pack,
  combined: Pack,
  names: readonly string[],
  options: { readonly version: string; readonly today: string; readonly onChoice: (choice: string) => void },
): Promise<PackReport> {
  const unused = new Set(names);
  const findings = new Map<string, { readonly choice: string; readonly finding: Finding }>();
  const seen = new Set<string>();
  const matrix = choicesOf(combined, names);
  for (const { choice, workspace } of matrix) {
    options.onChoice(choice);
    for (const name of appliedIn(workspace, combined)) unused.delete(name);
    const tree = render(workspace, combined, options.version);
    // What there would be without the pack: nothing where only the pack offers the choice.
    const without = unlessRefused(() => render(workspace, builtin, options.version), new Map());
    const theirs = changedPaths(without, tree);
    const key = JSON.stringify([...theirs].map((path) => [path, String(tree.get(path)?.content)]));
    if (theirs.size === 0 || seen.has(key)) continue;
    seen.add(key);
    const repository = await openRepository(treeSource(tree));
    const config = { ...defaultConfig, preset: 'all' as const };
    for (const finding of (await lint(repository, { config, today: options.today })).findings) {
      if (!theirs.has(finding.file) || ABOUT_LOCK_FILES.has(finding.rule)) continue;
      findings.set(`${finding.rule} ${finding.file} ${finding.message}`, { choice, finding });
    }
  }
  return { workspaces: matrix.length, unused: [...unused], findings: [...findings.values()] };
}

/** One option away from the defaults each, and what each of the pack's features asks for, in both layouts; what is refused is left out. */
function choicesOf(
  pack: Pack,
  names: readonly string[],
): readonly { readonly choice: string; readonly workspace: Workspace }[] {
  const choices = (OPTIONS as readonly Option[]).flatMap((option) =>
    availableValues(option, pack).map((value) => ({
      choice: `${option.name} ${value}`,
      choices: { [option.name]: option.many === true ? [value] : value } as Choices,
    })),
  );
  for (const { name, manifest } of pack.features) {
    if (!names.includes(name)) continue;
    const [when = {}] = manifest.when;
    const asked = (OPTIONS as readonly Option[]).flatMap((option) => {
      const [value] = [when[option.name as keyof typeof when] ?? []].flat();
      if (typeof value !== 'string') return [];
      return [[option.name, option.many === true ? [value] : value] as const];
    });
    choices.push({ choice: `what ${name} asks for`, choices: Object.fromEntries(asked) });
  }
  return choices.flatMap(({ choice, choices }) =>
    [undefined, ['orders', 'payments']].flatMap((services) => {
      const suffix = services === undefined ? '' : ', two services';
      const workspace = unlessRefused(() => checkSpec(specOf('orders', services, choices)), undefined);
      return workspace === undefined ? [] : [{ choice: `${choice}${suffix}`, workspace }];
    }),
  );
}

function appliedIn(workspace: Workspace, { features }: Pack): readonly string[] {
  return features
    .filter(({ manifest }) =>
      (manifest.scope === 'workspace' ? [workspace.services] : workspace.services.map((service) => [service])).some(
        (services) => applies(manifest.when, factsOf(workspace, services)),
      ),
    )
    .map(({ name }) => name);
}

function changedPaths(before: Tree, after: Tree): ReadonlySet<string> {
  return new Set(
    [...after]
      .filter(([path, file]) => String(before.get(path)?.content) !== String(file.content))
      .map(([path]) => path),
  );
}
