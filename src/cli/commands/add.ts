import { addValue } from '../../spec/edit-spec.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { checkValue, optionCalled, ownerOf } from '../choice.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc add`: take a choice up later. */
export const add = defineCommand<BringOptions & { readonly service?: string }, readonly [string, string]>({
  examples: [
    { command: 'msvc add ci gitlab', effect: 'A second pipeline beside the first' },
    { command: 'msvc add database postgres --service orders', effect: 'A database for one service of several' },
  ],
  configure(command) {
    command
      .argument('<option>', 'what to add, for example ci or database')
      .argument('<value>', 'its value')
      .option('--service <name>', 'the service that it is for');
    addBringFlags(command);
  },
  async run(context, [name, value], options) {
    const option = optionCalled(name);
    checkValue(option, value);
    const open = openWorkspace(context);
    const owner = ownerOf(option, open.workspace, options.service);
    const specText = addValue(open.specText, owner, option.name, value);
    return bring(context, open, { label: `add ${name} ${value}`, specText }, options);
  },
});
