import { type Command, Option as Flag } from 'commander';
import { changesOf, openOperations } from '../reconcile/plan.ts';
import type { ConflictStyle } from '../reconcile/reconcile.ts';
import type { Service } from '../spec/workspace.ts';
import type { Change } from '../tree/apply.ts';
import { statusOf } from '../tree/read-tree.ts';
import type { Tree } from '../tree/tree.ts';
import { gitEnvironment } from './base.ts';
import type { Context, ExitCode, GlobalOptions } from './context.ts';
import { lockDependencies, takeBackOnInterrupt } from './first-steps.ts';
import { openLines, planDiff, planDocument, planTree, summaryLine } from './show-plan.ts';
import { applyPrepared, isSettled, type OpenWorkspace, type Prepared, prepare, refusePending } from './workspace.ts';

/** The flags of every command that changes the files. */
export interface BringOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly conflict?: ConflictStyle;
  readonly lock?: boolean;
}

/** Declares {@link BringOptions}. */
export function addBringFlags(command: Command): void {
  command
    .option('--dry-run', 'show the plan, write nothing')
    .option('--diff', 'show the changes')
    .option('--json', 'print the plan as one JSON document')
    .addOption(
      new Flag(
        '--conflict <style>',
        'where your edits and ours clash: leave markers, or take one side (default: markers)',
      ).choices(['markers', 'ours', 'theirs']),
    )
    .option('--no-lock', 'no uv lock');
}

/** What a command wants: the spec as it shall be, and what is known of moving files. */
export interface Wish {
  readonly label: string;
  readonly specText: string;
  readonly ejected?: readonly string[];
  readonly moves?: (base: Tree, next: Tree) => ReadonlyMap<string, string>;
  readonly also?: readonly Change[];
}

/**
 * Brings the files to what a spec says: the one way in which every command after the first changes a workspace.
 *
 * @param context the world outside
 * @param open the workspace as it is
 * @param wish what it shall be
 * @param options how to show and settle it
 * @returns 1 where something is left for a person to settle
 */
export async function bring(
  context: Context,
  open: OpenWorkspace,
  wish: Wish,
  options: BringOptions,
): Promise<ExitCode> {
  refusePending(context, open.root);
  const prepared = await prepare(
    context,
    { root: open.root, lock: open.lock, specText: wish.specText, ...(wish.ejected ? { ejected: wish.ejected } : {}) },
    {
      conflictStyle: options.conflict,
      ...(wish.moves ? { moves: wish.moves } : {}),
      ...(wish.also ? { also: wish.also } : {}),
    },
  );
  return carryOut(context, prepared, wish.label, options);
}

/** Shows a plan, and applies it unless it was only to be shown. */
export async function carryOut(
  context: Context,
  prepared: Prepared,
  label: string,
  options: BringOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const isOpen = openOperations(prepared.plan).length > 0;
  const quiet = options.quiet === true || options.json === true;
  if (options.json === true) {
    terminal.out(`${JSON.stringify(planDocument(prepared, options.diff === true), null, 2)}\n`);
  } else {
    if (!quiet || options.dryRun === true) terminal.out(planTree(prepared, terminal.paint));
    if (options.diff === true) terminal.out(planDiff(prepared));
  }
  if (options.dryRun === true || isSettled(prepared)) return isOpen ? 1 : 0;
  const services = options.lock === false ? [] : servicesToLock(prepared);
  await applyPrepared(context, prepared, label, services);
  await takeBackOnInterrupt(context, prepared.root, async () => {
    if (services.length > 0) {
      await lockDependencies(context, prepared.root, { ...prepared.workspace, services }, quiet);
    }
  });
  await stageMoves(context, prepared);
  if (!isOpen) {
    if (!quiet) terminal.err(`${terminal.paintErr.green('✓')} ${summaryLine(prepared)}\n`);
    return 0;
  }
  terminal.err(openLines(prepared.plan, terminal.paintErr));
  if (prepared.plan.operations.some(({ verdict }) => verdict === 'conflict')) {
    terminal.err('Settle what is between the markers, then run `msvc sync --continue`; or `msvc sync --abort`.\n');
  }
  return 1;
}

/** The services whose pyproject has changed, so that their dependencies are to be locked again. */
function servicesToLock({ workspace, plan }: Prepared): readonly Service[] {
  const changed = new Set(
    changesOf(plan)
      .filter(({ after }) => after !== undefined)
      .map(({ path }) => path),
  );
  return workspace.services.filter(({ path }) => {
    const project = path === '.' ? 'pyproject.toml' : `${path}/pyproject.toml`;
    const hasConflict = plan.operations.some(
      (operation) => operation.path === project && operation.verdict === 'conflict',
    );
    const moved = plan.operations.some((operation) => operation.path === project && operation.verdict === 'move');
    return changed.has(project) && !hasConflict && !moved;
  });
}

/** Tells git of the files that moved, as `git mv` would. */
async function stageMoves({ processes, fs, env }: Context, { root, plan }: Prepared): Promise<void> {
  const moves = plan.operations.filter(({ from }) => from !== undefined);
  if (moves.length === 0) return;
  const git = { cwd: root, env: gitEnvironment(env) };
  const tracked = await processes.run('git', ['ls-files', '-z'], git);
  if (tracked.exitCode !== 0) return;
  const known = new Set(tracked.stdout.split('\0'));
  const paths = moves.flatMap(({ from, path }) => (from !== undefined && known.has(from) ? [from, path] : []));
  const there = paths.filter((path) => known.has(path) || statusOf(fs, `${root}/${path}`) !== undefined);
  if (there.length === 0) return;
  const input = there.join('\0');
  await processes.run('git', ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], { ...git, input });
}
