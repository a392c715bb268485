import { defineCommand } from '../command.ts';
import { undoLast } from '../undo-last.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc undo`: take the last run back. */
export const undo = defineCommand<{ readonly dryRun?: boolean; readonly json?: boolean }>({
  examples: [{ command: 'msvc undo', effect: 'Take the last run back; a second time does it again' }],
  configure(command) {
    command.option('--dry-run', 'show what would be restored').option('--json', 'print one JSON document');
  },
  async run(context, _args, options) {
    const { root } = openWorkspace(context);
    return undoLast(context, root, { force: false, dryRun: options.dryRun === true, json: options.json === true });
  },
});
