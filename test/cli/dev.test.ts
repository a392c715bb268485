import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Processes } from '../../src/cli/context.ts';
import { InterruptedError } from '../../src/cli/print-error.ts';
import { emptyDisk, type Outcome, runIn } from '../support/cli.ts';

const SPEC = `version: 1
name: shop
services:
  orders: { port: 8001, calls: [payments] }
  payments: { port: 8002, calls: [stock] }
  stock: { port: 8003 }
`;

/** What a service does once it is started: listens, or ends. */
type Behaviour = 'serves' | 'fails';

interface Started {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A machine on which `make run` behaves as told; its services answer from a moment after their start. */
async function develop(
  argv: readonly string[],
  { behaviour = {}, occupied = [] }: { behaviour?: Record<string, Behaviour>; occupied?: readonly number[] } = {},
): Promise<Outcome & { readonly started: readonly Started[]; readonly stopped: readonly string[] }> {
  const started: Started[] = [];
  const stopped: string[] = [];
  const listening = new Set(occupied);
  const ctrlC = new AbortController();
  const processes: Processes = {
    async run(command, args, { cwd, env = {}, onLine, signal }) {
      expect([command, ...args]).toEqual(['make', '--no-print-directory', 'run']);
      const name = cwd.split('/').at(-1) ?? '';
      started.push({ name, env });
      onLine?.(`hello from ${name}`);
      if (behaviour[name] === 'fails') return { exitCode: 3, stdout: '', stderr: '' };
      await sleep(5);
      listening.add(Number(env.PORT));
      await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      stopped.push(name);
      throw new InterruptedError();
    },
  };
  const get = async (url: string): Promise<number | undefined> => {
    const port = Number(new URL(url).port);
    if (!listening.has(port)) return undefined;
    if (port === 8001) setTimeout(() => ctrlC.abort(), 5);
    return 200;
  };
  const fs = emptyDisk({ '/disk/msvc.yaml': SPEC });
  const outcome = await runIn({ fs, processes, get, signal: ctrlC.signal }, 'msvc', 'dev', ...argv);
  return { ...outcome, started, stopped };
}

describe('msvc dev', () => {
  it('starts each service after those that it calls, tells it where they are, and ends all on Ctrl-C', async () => {
    const { code, out, err, started, stopped } = await develop([]);
    expect(code, err).toBe(0);
    expect(started.map(({ name }) => name)).toEqual(['stock', 'payments', 'orders']);
    expect(started[2]?.env).toMatchObject({ PORT: '8001', PAYMENTS_URL: 'http://127.0.0.1:8002' });
    expect(started[2]?.env).not.toHaveProperty('STOCK_URL');
    expect([...stopped].sort()).toEqual(['orders', 'payments', 'stock']);
    expect(out).toContain('orders   | hello from orders\n');
    expect(err).toContain('✓ orders http://127.0.0.1:8001/docs\n');
    expect(err).toContain('All services have stopped.\n');
  });

  it('ends all when one ends, and starts none that waits', async () => {
    const { code, err, started, stopped } = await develop([], { behaviour: { payments: 'fails' } });
    expect(code).toBe(1);
    expect(err).toContain('✗ payments ended with exit code 3\n');
    expect(started.map(({ name }) => name)).toEqual(['stock', 'payments']);
    expect(stopped).toEqual(['stock']);
  });

  it('refuses a port that is taken, and a name that is none', async () => {
    const taken = await develop([], { occupied: [8002] });
    expect(taken).toMatchObject({ code: 2, started: [] });
    expect(taken.err).toContain('something answers at http://127.0.0.1:8002 already, where payments would listen');
    const unknown = await develop(['payment']);
    expect(unknown).toMatchObject({ code: 2, started: [] });
    expect(unknown.err).toContain('Did you mean "payments"?');
  });
});
