import type { Processes } from './context.ts';
import type { Interrupt } from './interrupt.ts';
import { InterruptedError } from './print-error.ts';

/**
 * Runs real programs, by execa, which is loaded at the first call.
 *
 * @param env the process's environment; each program inherits it
 * @param interrupt Ctrl-C; ends the programs that are run with its signal
 */
export function createProcesses(env: Readonly<Record<string, string | undefined>>, interrupt: Interrupt): Processes {
  return {
    async run(command, args, options) {
      const { execa } = await import('execa');
      const toItsEnd = async () => {
        const { onLine } = options;
        const subprocess = execa(command, args, {
          cwd: options.cwd,
          env: { ...env, ...options.env },
          extendEnv: false,
          reject: false,
          stripFinalNewline: false,
          maxBuffer: 64 * 1024 * 1024,
          all: onLine !== undefined,
          buffer: onLine === undefined,
          encoding: options.encoding ?? 'utf8',
          ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
          ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
        });
        if (onLine !== undefined) {
          const forward = async (): Promise<void> => {
            for await (const line of subprocess.iterable({ from: 'all' })) onLine(String(line));
          };
          await forward().catch(() => undefined);
        }
        return subprocess;
      };
      const result = await (options.signal === undefined ? toItsEnd() : interrupt.guard(toItsEnd));
      // Ctrl-C on a terminal reaches the program too, perhaps before us.
      if (options.signal !== undefined && result.signal === 'SIGINT') throw new InterruptedError();
      return { exitCode: result.exitCode, stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') };
    },
  };
}
