import type { Processes } from './context.ts';

/**
 * Runs real programs, by execa, which is loaded at the first call.
 *
 * @param env the process's environment; each program inherits it
 */
export function createProcesses(env: Readonly<Record<string, string | undefined>>): Processes {
  return {
    async run(command, args, options) {
      const { execa } = await import('execa');
      const subprocess = execa(command, args, {
        cwd: options.cwd,
        env: { ...env, ...options.env },
        extendEnv: false,
        reject: false,
        stripFinalNewline: false,
        maxBuffer: 64 * 1024 * 1024,
        ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
        ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
      });
      const { onLine } = options;
      if (onLine !== undefined) {
        const forward = async (): Promise<void> => {
          for await (const line of subprocess.iterable({ from: 'all' })) onLine(line);
        };
        await forward().catch(() => undefined);
      }
      const result = await subprocess;
      return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
    },
  };
}
