import { addService as addToSpec, moveFromRoot } from '../../spec/edit-spec.ts';
import { checkName } from '../../spec/names.ts';
import { portAfter } from '../../spec/resolve.ts';
import { isSingleService, type Workspace } from '../../spec/workspace.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { defineCommand } from '../command.ts';
import { addChoiceFlags, addNameFlags, type ChoiceFlags, choicesOf, nameListsOf, serviceOf } from '../desired.ts';
import { listFiles, movesIntoFolder } from '../own-files.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc add-service`: one more service; a service at the root first moves to `services/<name>/`, edits and all. */
export const addService = defineCommand<BringOptions & ChoiceFlags, readonly [string]>({
  examples: [
    { command: 'msvc add-service payments --database sqlite', effect: 'Add a service beside the others' },
    { command: 'msvc add-service payments --dry-run', effect: 'See what would move and be written' },
  ],
  async configure(command, context) {
    const pack = await context.pack();
    command.argument('<name>', 'the new service');
    addChoiceFlags(command, pack, ['service']);
    addNameFlags(command, pack);
    addBringFlags(command);
  },
  async run(context, [name], options) {
    checkName(name);
    const open = openWorkspace(context);
    const input = { ...serviceOf(choicesOf(options), nameListsOf(options)), ...portOf(open.workspace, name) };
    const label = `add-service ${name}`;
    const [first] = open.workspace.services;
    if (first === undefined || !isSingleService(open.workspace)) {
      return bring(context, open, { label, specText: addToSpec(open.specText, name, input) }, options);
    }
    const files = await listFiles(context, open.root);
    return bring(
      context,
      open,
      {
        label,
        specText: addToSpec(moveFromRoot(open.specText, first.name), name, input),
        moves: (base, next) => movesIntoFolder(`services/${first.name}`, base, next, files),
      },
      options,
    );
  },
});

/** A port of its own where the one that follows from the name is taken: so no other service has to change. */
function portOf({ services }: Workspace, name: string): { readonly port?: number } {
  const taken = new Set(services.map(({ hostPort }) => hostPort));
  const wanted = portAfter(name, new Set());
  return taken.has(wanted) ? { port: portAfter(name, taken) } : {};
}
