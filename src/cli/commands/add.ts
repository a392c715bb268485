import { addPack, addValue } from '../../spec/edit-spec.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { checkValue, optionCalled, ownerOf } from '../choice.ts';
import { defineCommand } from '../command.ts';
import { packSource } from '../pack-source.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc add`: take a choice up later. */
export const add = defineCommand<BringOptions & { readonly service?: string }, readonly [string, string]>({
  examples: [
    { command: 'msvc add ci gitlab', effect: 'A second pipeline beside the first' },
    { command: 'msvc add database postgres --service orders', effect: 'A database for one service of several' },
    { command: 'msvc add pack npm:@acme/features', effect: 'Features from outside' },
  ],
  configure(command) {
    command
      .argument('<option>', 'what to add, for example ci or database, or the word "pack"')
      .argument('<value>', 'its value')
      .option('--service <name>', 'the service that it is for');
    addBringFlags(command);
  },
  async run(context, [name, value], options) {
    const open = openWorkspace(context);
    const label = `add ${name} ${value}`;
    if (name === 'pack') {
      const source = packSource(context.cwd, open.root, value);
      return bring(context, open, { label, specText: addPack(open.specText, source) }, options);
    }
    const option = optionCalled(name, ['pack']);
    checkValue(option, value);
    const owner = ownerOf(option, open.workspace, options.service);
    const specText = addValue(open.specText, owner, option.name, value);
    return bring(context, open, { label, specText }, options);
  },
});
