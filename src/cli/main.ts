import * as nodeFs from 'node:fs';
import process from 'node:process';
import type { Context, ExitCode } from './context.ts';
import type { ProgramName } from './program.ts';

declare const __VERSION__: string | undefined;

/** This tool's version: put in by the build, read from `package.json` when the sources run as they are. */
export function toolVersion(): string {
  if (typeof __VERSION__ === 'string') return __VERSION__;
  const manifest = nodeFs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * The composition root: builds the ports on the real world, runs the program and prints what it throws.
 *
 * @param name the program that was called
 * @param argv what was typed after it
 * @param importModule the launcher's `import`, since a bundle that comes compiled has none
 * @returns the exit code, which the launcher sets
 */
export async function main(
  name: ProgramName,
  argv: readonly string[],
  importModule: Context['importModule'],
): Promise<ExitCode> {
  const [
    { createInterrupt },
    { createTerminal },
    { createProcesses },
    { createPrompt },
    { runProgram },
    { printError },
  ] = await Promise.all([
    import('./interrupt.ts'),
    import('./terminal.ts'),
    import('./processes.ts'),
    import('./prompt.ts'),
    import('./program.ts'),
    import('./print-error.ts'),
  ]);
  const interrupt = createInterrupt(process);
  const terminal = createTerminal(streams, process.env, argv);
  try {
    return await runProgram(name, argv, {
      fs: nodeFs,
      terminal,
      processes: createProcesses(process.env, interrupt),
      prompt: createPrompt(streams, interrupt),
      get: statusOf,
      now: () => performance.now(),
      cwd: process.cwd(),
      env: process.env,
      version: toolVersion(),
      pack: async () => (await import('./builtin-pack.ts')).builtinPack(),
      importModule,
      signal: interrupt.signal,
    });
  } catch (error) {
    return printError(error, terminal, { version: toolVersion(), verbose: argv.includes('--verbose') });
  }
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000), redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

/** What plugins of the linter import: the very functions and classes that the linter uses. */
export async function plugin(): Promise<typeof import('../lint/plugin.ts')> {
  return import('../lint/plugin.ts');
}

/** The process's streams, each opened when it is first needed. */
const streams = {
  get stdin() {
    return process.stdin;
  },
  get stdout() {
    return thatMayClose(process.stdout);
  },
  get stderr() {
    return thatMayClose(process.stderr);
  },
};

/** `msvc rules | head` closes our output: no reason to complain. */
function thatMayClose(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe);
  return stream;
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
