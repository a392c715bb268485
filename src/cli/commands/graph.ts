import { resolve } from 'node:path';
import { Option } from 'commander';
import { discover } from '../../artifacts/discover.ts';
import { openRepository } from '../../artifacts/repository.ts';
import { type GraphFormat, graphFormats } from '../../graph/formats.ts';
import { graphOf } from '../../graph/graph.ts';
import { systemOf } from '../../system/system.ts';
import { defineCommand } from '../command.ts';

/** `msvc graph`: the services of a repository and what joins them, as they are observed. */
export const graph = defineCommand<{ readonly format: GraphFormat; readonly output?: string }>({
  examples: [
    { command: 'msvc graph', effect: 'Print a Mermaid flowchart, for a README' },
    { command: 'msvc graph --format svg --output system.svg', effect: 'Draw it' },
  ],
  configure(command) {
    command
      .addOption(
        new Option('--format <name>', 'how it is written').choices(Object.keys(graphFormats)).default('mermaid'),
      )
      .option('--output <file>', 'write it to a file instead of the standard output');
  },
  async run({ terminal, fs, cwd }, _args, { format, output }) {
    const drawn = graphOf(systemOf(await openRepository(discover(fs, cwd))));
    const draw = await graphFormats[format]();
    const text = await draw(drawn);
    if (output === undefined) terminal.out(text);
    else fs.writeFileSync(resolve(cwd, output), text);
    return 0;
  },
});
