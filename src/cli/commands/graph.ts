import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { Option } from 'commander';
import { discover } from '../../artifacts/discover.ts';
import { openRepository } from '../../artifacts/repository.ts';
import { type GraphFormat, graphFormats } from '../../graph/formats.ts';
import { graphOf } from '../../graph/graph.ts';
import { systemOf } from '../../system/system.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';
import type { Context, ExitCode } from '../context.ts';

interface GraphOptions {
  readonly format: GraphFormat;
  readonly output?: string;
  readonly open?: boolean;
}

/** What opens a page in the user's browser, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** `msvc graph`: the services of a repository and what joins them, as they are observed. */
export const graph = defineCommand<GraphOptions>({
  examples: [
    { command: 'msvc graph', effect: 'Print a Mermaid flowchart, for a README' },
    { command: 'msvc graph --format svg --output system.svg', effect: 'Draw it' },
    { command: 'msvc graph --open', effect: 'Look at it in the browser, to move, zoom and search in' },
  ],
  configure(command) {
    command
      .addOption(
        new Option('--format <name>', 'how it is written').choices(Object.keys(graphFormats)).default('mermaid'),
      )
      .option('--output <file>', 'write it to a file instead of the standard output')
      .addOption(new Option('--open', 'open it as a page in the browser').conflicts(['format', 'output']));
  },
  async run(context, _args, { format, output, open }) {
    const { terminal, fs, cwd } = context;
    const drawn = graphOf(systemOf(await openRepository(discover(fs, cwd))));
    const draw = await graphFormats[open === true ? 'html' : format]();
    const text = await draw(drawn);
    if (open === true) return openPage(context, text);
    if (output === undefined) terminal.out(text);
    else fs.writeFileSync(resolve(cwd, output), text);
    return 0;
  },
});

async function openPage({ terminal, processes, cwd }: Context, page: string): Promise<ExitCode> {
  const file = join(mkdtempSync(join(tmpdir(), 'msvc-graph-')), 'system.html');
  writeFileSync(file, page);
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const { exitCode } = await processes.run(program, [...args, file], { cwd });
  if (exitCode !== 0) {
    throw new UserError(`${program} could not open a browser`, { remedy: `Open the page yourself: ${file}` });
  }
  terminal.err(`${file}\n`);
  return 0;
}
