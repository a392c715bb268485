import { withoutWritten, writtenIn } from '../../reconcile/lock.ts';
import { UserError } from '../../tree/user-error.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace, pathFromRoot, presence } from '../workspace.ts';

/** `msvc restore`: bring generated files that are not there, because they were deleted or never taken up. */
export const restore = defineCommand<BringOptions, readonly [readonly string[]]>({
  examples: [
    { command: 'msvc restore Dockerfile', effect: 'Generate the Dockerfile again' },
    { command: 'msvc restore k8s', effect: 'All manifests that are not there' },
  ],
  configure(command) {
    command.argument('<paths...>', 'generated files, or folders of them');
    addBringFlags(command);
  },
  async run(context, [typed], options) {
    const open = openWorkspace(context);
    const { lock } = open;
    if (lock === undefined) throw new UserError('nothing was generated yet', { remedy: 'Run `msvc sync`.' });
    const written = [...writtenIn(lock).keys()];
    const wanted = new Set<string>();
    for (const name of typed) {
      const path = pathFromRoot(context, open.root, name);
      const known = written.filter(
        (candidate) => path === '' || candidate === path || candidate.startsWith(`${path}/`),
      );
      if (known.length === 0) {
        throw new UserError(`${path} is not generated`, { remedy: 'See `msvc status` for what is deleted.' });
      }
      const { absent } = presence(context, open.root, known);
      if (absent.length === 0) {
        throw new UserError(`${path} is there`, {
          remedy: 'Delete or move it first; what is there is never overwritten.',
        });
      }
      for (const candidate of absent) wanted.add(candidate);
    }
    const label = `restore ${typed.join(' ')}`;
    return bring(context, { ...open, lock: withoutWritten(lock, wanted) }, { label, specText: open.specText }, options);
  },
});
