import { Option as Flag } from 'commander';
import { writingOperations } from '../../reconcile/plan.ts';
import { UserError } from '../../tree/user-error.ts';
import { addBringFlags, type BringOptions, bring, carryOut } from '../bring.ts';
import { defineCommand } from '../command.ts';
import type { Context, ExitCode } from '../context.ts';
import { planDiff, planDocument, planTree } from '../show-plan.ts';
import { undoLast } from '../undo-last.ts';
import {
  forgetPending,
  isSettled,
  type OpenWorkspace,
  openWorkspace,
  pendingConflicts,
  prepare,
  unsettledConflicts,
} from '../workspace.ts';

interface SyncOptions extends BringOptions {
  readonly check?: boolean;
  readonly continue?: boolean;
  readonly abort?: boolean;
}

/** `msvc sync`: bring the files to what msvc.yaml says. */
export const sync = defineCommand<SyncOptions>({
  examples: [
    { command: 'msvc sync --dry-run', effect: 'See what would change' },
    { command: 'msvc sync --check', effect: 'In CI: exit with 1 where the files are not what msvc.yaml says' },
    { command: 'msvc sync --continue', effect: 'Go on after conflicts are settled' },
  ],
  configure(command) {
    command
      .addOption(
        new Flag('--check', 'change nothing; exit with 1 and show the difference where files drift').conflicts([
          'continue',
          'abort',
        ]),
      )
      .addOption(new Flag('--continue', 'finish a run that stopped on conflicts').conflicts('abort'))
      .option('--abort', 'roll back a run that stopped on conflicts');
    addBringFlags(command);
  },
  async run(context, _args, options) {
    const open = openWorkspace(context);
    if (options.continue === true) return finish(context, open, options);
    if (options.abort === true) {
      requirePending(context, open);
      return undoLast(context, open.root, {
        force: true,
        dryRun: options.dryRun === true,
        json: options.json === true,
      });
    }
    if (options.check !== true) return bring(context, open, { label: 'sync', specText: open.specText }, options);
    const pending = pendingConflicts(context, open.root);
    if (pending !== undefined) {
      context.terminal.err(`A run stopped on conflicts in ${pending.join(', ')}.\n`);
      return 1;
    }
    const prepared = await prepare(context, open);
    if (options.json === true) context.terminal.out(`${JSON.stringify(planDocument(prepared, true), null, 2)}\n`);
    else if (isSettled(prepared)) context.terminal.err('The files are what msvc.yaml says.\n');
    else {
      context.terminal.out(planTree(prepared, context.terminal.paint));
      context.terminal.out(planDiff(prepared));
      context.terminal.err('Run `msvc sync` to bring them there.\n');
    }
    return isSettled(prepared) ? 0 : 1;
  },
});

async function finish(context: Context, open: OpenWorkspace, options: SyncOptions): Promise<ExitCode> {
  const unsettled = unsettledConflicts(context, open.root, requirePending(context, open));
  if (unsettled.length > 0) {
    for (const path of unsettled) context.terminal.err(`${path} still has conflict markers\n`);
    return 1;
  }
  forgetPending(context, open.root);
  const prepared = await prepare(context, open);
  if (writingOperations(prepared.plan).length === 0) {
    context.terminal.err(`${context.terminal.paintErr.green('✓')} The conflicts are settled.\n`);
  }
  return carryOut(context, prepared, 'sync', options);
}

function requirePending(context: Context, { root }: OpenWorkspace): readonly string[] {
  const pending = pendingConflicts(context, root);
  if (pending !== undefined) return pending;
  throw new UserError('no run has stopped on conflicts', { remedy: 'Run `msvc sync`.' });
}
