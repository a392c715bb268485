import { renameService } from '../../spec/edit-spec.ts';
import { checkName } from '../../spec/names.ts';
import { parseSpec } from '../../spec/parse-spec.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { defineCommand } from '../command.ts';
import { listFiles, movesOfRename } from '../own-files.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc rename`: give a service another name; its files and edits go along. */
export const rename = defineCommand<BringOptions, readonly [string, string]>({
  examples: [{ command: 'msvc rename orders purchases', effect: 'Rename the service, its package and its folder' }],
  configure(command) {
    command.argument('<old>', 'the service').argument('<new>', 'its new name');
    addBringFlags(command);
  },
  async run(context, [from, to], options) {
    checkName(to);
    const open = openWorkspace(context);
    const specText = renameService(open.specText, from, to);
    const before = open.workspace.services.find(({ name }) => name === from);
    const after = parseSpec(specText).services.find(({ name }) => name === to);
    const files = await listFiles(context, open.root);
    const moves = before === undefined || after === undefined ? new Map() : movesOfRename(before, after, files);
    return bring(context, open, { label: `rename ${from} ${to}`, specText, moves: () => moves }, options);
  },
});
