import { writtenIn } from '../../reconcile/lock.ts';
import { didYouMean } from '../../spec/nearest.ts';
import { UserError } from '../../tree/user-error.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace, pathFromRoot } from '../workspace.ts';

/** `msvc eject`: a file is the user's alone from now on. */
export const eject = defineCommand<BringOptions, readonly [string]>({
  examples: [{ command: 'msvc eject Makefile', effect: 'Never touch the Makefile again' }],
  configure(command) {
    command.argument('<path>', 'a generated file');
    addBringFlags(command);
  },
  async run(context, [typed], options) {
    const open = openWorkspace(context);
    const path = pathFromRoot(context, open.root, typed);
    const generated = open.lock === undefined ? [] : [...writtenIn(open.lock).keys()];
    const ejected = open.lock?.ejected ?? [];
    if (ejected.includes(path)) {
      context.terminal.err(`${path} is yours already.\n`);
      return 0;
    }
    if (!generated.includes(path)) {
      throw new UserError(`${path} is not generated`, {
        remedy: didYouMean(path, generated).replace(/^Choose one of: .*/, 'See `msvc status`.'),
      });
    }
    const wish = { label: `eject ${path}`, specText: open.specText, ejected: [...ejected, path] };
    return bring(context, open, wish, options);
  },
});
