import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';

/** A command that is started again when it was killed. */
export interface Victim {
  readonly name: string;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** A process as a {@link Victim}, with a way to end it properly. */
export interface VictimProcess extends Victim {
  /** SIGTERM; the exit code. */
  terminate(): Promise<number | null>;
}

/**
 * A process that can be killed and started again.
 *
 * @param log where its output goes, from all its lives
 */
export function victim(
  name: string,
  command: readonly [string, ...string[]],
  options: { cwd: string; env: NodeJS.ProcessEnv; log: string },
): VictimProcess {
  let running: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return null;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
    return running.exitCode;
  };
  return {
    name,
    start: async () => {
      const log = await open(options.log, 'a');
      const [file, ...args] = command;
      running = spawn(file, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', log.fd, log.fd] });
      await log.close();
    },
    kill: async () => {
      await end('SIGKILL');
    },
    terminate: () => end('SIGTERM'),
  };
}

/**
 * Kills one of the victims, and starts it again, until the time is over. All run at the end.
 *
 * @returns how often each was killed
 */
export async function wreakHavoc(victims: readonly Victim[], seconds: number): Promise<ReadonlyMap<string, number>> {
  const kills = new Map(victims.map(({ name }) => [name, 0]));
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    await between(500, 3000);
    const chosen = victims[Math.floor(Math.random() * victims.length)];
    if (chosen === undefined) break;
    await chosen.kill();
    kills.set(chosen.name, (kills.get(chosen.name) ?? 0) + 1);
    await between(0, 1500);
    await chosen.start();
  }
  return kills;
}

function between(least: number, most: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, least + Math.random() * (most - least)));
}
