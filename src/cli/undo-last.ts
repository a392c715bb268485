import { applyChanges, lastApply } from '../tree/apply.ts';
import { type Entry, readPaths } from '../tree/read-tree.ts';
import type { TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context, ExitCode } from './context.ts';

/**
 * Takes the last apply back. It is an apply itself, so that undoing twice is doing again.
 *
 * @param root the workspace
 * @param options `force` also where files were edited since (they are kept for the next undo)
 * @throws UserError where there is nothing to undo
 */
export function undoLast(
  { fs, terminal }: Context,
  root: string,
  options: { readonly force: boolean; readonly dryRun: boolean; readonly json: boolean },
): ExitCode {
  const last = lastApply(fs, root);
  if (last === undefined)
    throw new UserError('there is nothing to undo', { remedy: 'Only the last run can be undone, once.' });
  if (last.label === 'create') {
    throw new UserError('the last run created this workspace', { remedy: 'Delete the folder to undo it.' });
  }
  if (last.editedSince.length > 0 && !options.force) {
    for (const path of last.editedSince) terminal.err(`${terminal.paintErr.red('!')} ${path} was edited since\n`);
    terminal.err(
      `Nothing was changed: undoing "${last.label}" would lose these edits. Use \`git stash\` or undo them first.\n`,
    );
    return 1;
  }
  const paths = last.before.filter(({ volatile }) => volatile).map(({ path }) => path);
  const locks = readPaths(fs, root, paths);
  const changes = last.before.filter(({ path, after, volatile }) => !volatile || !isThere(after, locks.get(path)));
  const label = last.label.startsWith('undo ') ? last.label.slice('undo '.length) : `undo ${last.label}`;
  if (!options.dryRun) applyChanges(fs, root, changes, label);
  if (options.json) {
    const restored = changes.map(({ path, after }) => ({ path, verdict: after === undefined ? 'delete' : 'update' }));
    terminal.out(`${JSON.stringify({ undone: last.label, operations: restored }, null, 2)}\n`);
    return 0;
  }
  for (const { path, after } of changes) terminal.out(`${after === undefined ? '-' : '~'} ${path}\n`);
  if (!options.dryRun) terminal.err(`${terminal.paintErr.green('✓')} Undone: ${last.label}\n`);
  return 0;
}

function isThere(wanted: TreeFile | undefined, found: Entry | undefined): boolean {
  if (wanted === undefined || found === undefined) return wanted === found;
  return 'content' in found && found.content === wanted.content;
}
