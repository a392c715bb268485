import { removePack, removeService, removeValue } from '../../spec/edit-spec.ts';
import type { Change } from '../../tree/apply.ts';
import { statusOf } from '../../tree/read-tree.ts';
import { UserError } from '../../tree/user-error.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { checkValue, optionCalled, ownerOf } from '../choice.ts';
import { defineCommand } from '../command.ts';
import { packSource } from '../pack-source.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc remove`: take a choice or a service back; what was edited stays. */
export const remove = defineCommand<
  BringOptions & { readonly service?: string },
  readonly [string, string | undefined]
>({
  examples: [
    { command: 'msvc remove monitoring', effect: 'Do without it from now on' },
    { command: 'msvc remove ci gitlab', effect: 'Keep the other pipelines' },
    { command: 'msvc remove service payments', effect: 'Delete what was generated for it; what was edited stays' },
  ],
  configure(command) {
    command
      .argument('<option>', 'what to remove, or the word "service" or "pack"')
      .argument('[value]', 'which of several values, the service or the pack')
      .option('--service <name>', 'the service that it is for');
    addBringFlags(command);
  },
  async run(context, [name, value], options) {
    const open = openWorkspace(context);
    const label = `remove ${name}${value === undefined ? '' : ` ${value}`}`;
    if (name === 'service') {
      if (value === undefined) throw new UserError('which service?', { remedy: 'msvc remove service <name>' });
      const specText = removeService(open.specText, value);
      const service = open.workspace.services.find((candidate) => candidate.name === value);
      const lockFile = `${service?.path}/uv.lock`;
      const also: readonly Change[] =
        statusOf(context.fs, `${open.root}/${lockFile}`) === undefined ? [] : [{ path: lockFile, after: undefined }];
      return bring(context, open, { label, specText, also }, options);
    }
    if (name === 'pack') {
      if (value === undefined) throw new UserError('which pack?', { remedy: 'msvc remove pack <source>' });
      const source = packSource(context.cwd, open.root, value);
      return bring(context, open, { label, specText: removePack(open.specText, source) }, options);
    }
    const option = optionCalled(name, ['service', 'pack']);
    if (value !== undefined) checkValue(option, value);
    const owner = ownerOf(option, open.workspace, options.service);
    return bring(context, open, { label, specText: removeValue(open.specText, owner, option.name, value) }, options);
  },
});
