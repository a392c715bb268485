import { defineCommand } from '../command.ts';
import { verdictLine, verifyWorkspace } from '../verification.ts';
import { openWorkspace } from '../workspace.ts';

/** `msvc verify`: does what was generated, and since edited, still hold on this machine? */
export const verify = defineCommand<{ readonly json?: boolean }>({
  examples: [{ command: 'msvc verify', effect: 'Run lint, type check and tests of every service' }],
  configure(command) {
    command.option('--json', 'print one JSON document');
  },
  async run(context, _args, options) {
    const { root, workspace } = openWorkspace(context);
    const checks = await verifyWorkspace(context, root, workspace, {
      quiet: options.quiet === true,
      verbose: options.verbose === true,
    });
    const verified = checks.every(({ passed }) => passed);
    if (options.json === true) context.terminal.out(`${JSON.stringify({ verified, checks }, null, 2)}\n`);
    else context.terminal.err(`${verdictLine(checks, context)}\n`);
    return verified ? 0 : 1;
  },
});
