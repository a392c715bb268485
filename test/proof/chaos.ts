import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { type VictimProcess, victim, wreakHavoc } from '../support/chaos.ts';
import { startLoad } from '../support/load.ts';
import { freePort, startPostgres } from '../support/postgres.ts';
import type { KillableBroker } from '../support/rabbitmq.ts';
import { type Bench, type Figure, generate, uvBinary } from './bench.ts';

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 120);
const CLIENTS = 4;

/**
 * Two generated services on real servers: `orders` creates items and tells of each, `stock` notes each that it hears of. Under load, the
 * worker of `orders` (the relay), the worker of `stock` (the consumer) and the broker are killed at random, for two minutes.
 *
 * @throws Error where an item was not heard of, or was noted twice
 */
export async function proveThatNothingIsLostOrDoubled(
  bench: Bench,
  name: string,
  broker: KillableBroker,
): Promise<readonly Figure[]> {
  const uv = await uvBinary(bench);
  const postgres = await startPostgres();
  const folder = join(bench.work, 'shop');
  const services = `orders: { broker: ${name}, publishes: [item-created] }, stock: { broker: ${name}, subscribes: [item-created] }`;
  await generate(bench, `version: 1\nname: shop\npython: "3.11"\nservices: { ${services} }\n`, folder);
  const ask = async (database: string, statement: string): Promise<string> =>
    (await execa('psql', [new URL(`/${database}`, postgres.url).href, '-At', '-c', statement])).stdout;

  const processes: VictimProcess[] = [];
  const start = async (service: string, module: string, port: number): Promise<VictimProcess> => {
    const cwd = join(folder, 'services', service);
    const env = {
      ...process.env,
      APP_ENV: 'production',
      DATABASE_URL: new URL(`/${service}`, postgres.url).href,
      BROKER_URL: broker.url,
      PORT: String(port),
      SHUTDOWN_DRAIN_SECONDS: '1',
    };
    const started = victim(module, [join(cwd, '.venv/bin/python'), '-m', module], {
      cwd,
      env,
      log: join(bench.work, `${module}.log`),
    });
    await started.start();
    processes.push(started);
    return started;
  };
  try {
    for (const service of ['orders', 'stock']) {
      const cwd = join(folder, 'services', service);
      await execa(uv, ['sync', '--no-dev', '--python', '3.11'], { cwd });
      await ask('postgres', `CREATE DATABASE ${service}`);
      const env = { APP_ENV: 'test', DATABASE_URL: new URL(`/${service}`, postgres.url).href, BROKER_URL: broker.url };
      await execa(join(cwd, '.venv/bin/python'), ['-m', `${service}.migrate`], { cwd, env });
    }
    const [port, relayPort, consumerPort] = [await freePort(), await freePort(), await freePort()];
    await start('orders', 'orders', port);
    const relay = await start('orders', 'orders.worker', relayPort);
    const consumer = await start('stock', 'stock.worker', consumerPort);
    for (const each of [port, relayPort, consumerPort]) await ready(each);

    bench.say(`${SECONDS} s of chaos`);
    const load = startLoad(`http://127.0.0.1:${port}/api/v1/items`, CLIENTS);
    const kills = await wreakHavoc([relay, consumer, { name, start: broker.start, kill: broker.kill }], SECONDS);
    const [service] = processes;
    if ((await service?.terminate()) !== 0) throw new Error('the service does not end well');
    await load.ended;

    for (const each of [relayPort, consumerPort]) await ready(each);
    const items = Number(await ask('orders', 'SELECT count(*) FROM items'));
    for (let tries = 0; Number(await ask('stock', 'SELECT count(*) FROM inbox')) < items; tries++) {
      if (tries === 120) break;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    // What is delivered again must not come after the counting.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const ids = async (database: string, statement: string): Promise<readonly string[]> =>
      (await ask(database, statement)).split('\n').filter((line) => line !== '');
    const told = await ids('orders', 'SELECT id FROM items ORDER BY id::text');
    const heard = await ids('stock', 'SELECT item_id FROM item_activity ORDER BY item_id::text');
    const lost = told.filter((id) => !new Set(heard).has(id)).length;
    const doubled = heard.length - new Set(heard).size;
    for (const worker of [relay, consumer]) {
      if ((await worker.terminate()) !== 0) throw new Error(`${worker.name} does not end well`);
    }
    const waiting = Number(await ask('orders', 'SELECT count(*) FROM outbox'));
    const repeated = await count(join(bench.work, 'stock.worker.log'), /"event": "event repeated"/);
    const figure = `${told.length} told, ${heard.length} noted, ${lost} lost, ${doubled} doubled, ${waiting} in the outbox`;
    if (lost + doubled + waiting > 0 || told.length < 100) throw new Error(figure);
    return [
      { what: `${SECONDS} s, ${CLIENTS} clients`, figure },
      { what: 'killed', figure: [...kills].map(([victimName, times]) => `${victimName} ${times}`).join(', ') },
      { what: 'delivered again, and told apart', figure: String(repeated) },
    ];
  } finally {
    for (const each of processes) await each.kill();
    await broker.stop();
    await postgres.stop();
  }
}

async function ready(port: number): Promise<void> {
  for (let tries = 0; tries < 1800; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`what listens on ${port} does not become ready`);
}

async function count(file: string, line: RegExp): Promise<number> {
  let found = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) if (line.test(text)) found++;
  return found;
}
