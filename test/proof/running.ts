import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort } from '../support/postgres.ts';
import { type Bench, uvBinary } from './bench.ts';

/** A process that a proof has started. */
export interface Running {
  readonly port: number;
  /** What it writes to standard output and error. */
  readonly log: string;
  stop(): Promise<void>;
}

/** Processes that end with the proof, whatever becomes of it. */
export class Processes {
  readonly #started: ChildProcess[] = [];

  /**
   * Starts a program, and waits until it answers.
   *
   * @param ready where it answers with a status below 500
   */
  async start(
    bench: Bench,
    name: string,
    command: readonly string[],
    { port, ready, env = {}, cwd }: { port: number; ready: string; env?: NodeJS.ProcessEnv; cwd?: string },
  ): Promise<Running> {
    const log = join(bench.work, `${name}-${port}.log`);
    const out = openSync(log, 'a');
    const [program = '', ...args] = command;
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', out, out] });
    this.#started.push(child);
    const address = `http://127.0.0.1:${port}${ready}`;
    for (let tries = 0; ; tries += 1) {
      const status = await fetch(address).then(
        (answer) => answer.status,
        () => 599,
      );
      if (status < 500) break;
      if (tries > 300 || child.exitCode !== null) throw new Error(`${name} does not answer at ${address}; see ${log}`);
      await sleep(100);
    }
    return { port, log, stop: () => stop(child) };
  }

  /** Starts a generated service with its locked dependencies, on embedded stores. */
  async service(
    bench: Bench,
    module: string,
    cwd: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Running> {
    const env: NodeJS.ProcessEnv = { APP_ENV: 'test', UV_PYTHON: '3.11', HOST: '127.0.0.1', ...settings };
    await execa(await uvBinary(bench), ['sync', '--quiet'], { cwd, env: { ...env, VIRTUAL_ENV: '' } });
    const port = Number(settings.PORT ?? (await freePort()));
    const command = [join(cwd, '.venv/bin/python'), '-m', module];
    return this.start(bench, module, command, { port, ready: '/readyz', env: { ...env, PORT: String(port) }, cwd });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.map(stop));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}
