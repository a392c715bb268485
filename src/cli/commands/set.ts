import { setValue } from '../../spec/edit-spec.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { checkValue, optionCalled, ownerOf } from '../choice.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc set`: change a choice. */
export const set = defineCommand<BringOptions & { readonly service?: string }, readonly [string, string]>({
  examples: [
    { command: 'msvc set python 3.13', effect: 'For the whole workspace' },
    { command: 'msvc set base-image distroless --service orders', effect: 'For one service' },
  ],
  configure(command) {
    command
      .argument('<option>', 'what to change, for example python')
      .argument('<value>', 'its new value')
      .option('--service <name>', 'the service that it is for');
    addBringFlags(command);
  },
  async run(context, [name, value], options) {
    const option = optionCalled(name);
    checkValue(option, value);
    const open = openWorkspace(context);
    const owner = ownerOf(option, open.workspace, options.service);
    const specText = setValue(open.specText, owner, option.name, value);
    return bring(context, open, { label: `set ${name} ${value}`, specText }, options);
  },
});
