import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createInterrupt } from '../../src/cli/interrupt.ts';
import { InterruptedError } from '../../src/cli/print-error.ts';
import { createProcesses } from '../../src/cli/processes.ts';

const signals = new EventEmitter() as EventEmitter & Pick<NodeJS.Process, 'on' | 'off'>;

describe('a program that is run', () => {
  it('hands on each line of both its streams, also where it fails', async () => {
    const lines: string[] = [];
    const processes = createProcesses(process.env, createInterrupt(signals));
    const { exitCode } = await processes.run('sh', ['-c', 'echo one; sleep 0.1; echo two >&2; exit 3'], {
      cwd: '/',
      onLine: (line) => lines.push(line),
    });
    expect({ exitCode, lines }).toEqual({ exitCode: 3, lines: ['one', 'two'] });
  });

  it.each(['SIGINT', 'SIGTERM'])('ends at %s, and nobody listens to signals afterwards', async (name) => {
    const interrupt = createInterrupt(signals);
    const processes = createProcesses(process.env, interrupt);
    const options = { cwd: '/', signal: interrupt.signal };
    const running = [1, 2].map(() => expect(processes.run('sleep', ['60'], options)).rejects.toThrow(InterruptedError));
    await expect.poll(() => signals.listenerCount(name)).toBe(1);
    signals.emit(name);
    await Promise.all(running);
    expect(signals.listenerCount(name)).toBe(0);
  });
});
