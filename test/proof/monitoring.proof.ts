import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianPrograms } from '../support/debian.ts';
import { freePort } from '../support/postgres.ts';
import { type Bench, type Figure, generate } from './bench.ts';
import { Processes } from './running.ts';

const SERVICES = { orders: 'fastapi', stock: 'flask' } as const;
const LOAD_SECONDS = 20;

interface Dashboard {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}
interface RuleGroups {
  readonly data: { readonly groups: readonly { readonly rules: readonly Evaluated[] }[] };
}
interface Evaluated {
  readonly name: string;
  readonly type: 'recording' | 'alerting';
  readonly health: string;
}
interface Answer {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/**
 * A real Prometheus, with the generated configuration and rules, scrapes two running services under a short load: each query of each
 * generated dashboard returns data, and each recording rule has recorded.
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const processes = new Processes();
  try {
    const folder = join(bench.work, 'shop');
    const services = Object.entries(SERVICES).map(
      ([name, framework]) => `${name}: { framework: ${framework}, database: none }`,
    );
    await generate(bench, `version: 1\nname: shop\npython: "3.11"\nservices: { ${services.join(', ')} }\n`, folder);
    const ports = new Map<string, number>();
    for (const name of Object.keys(SERVICES)) {
      bench.say(`starting ${name}`);
      const running = await processes.service(bench, name, join(folder, 'services', name));
      ports.set(`${name}:8000`, running.port);
    }
    const prometheus = await startPrometheus(bench, processes, folder, ports);
    await load([...ports.values()]);
    const ask = async (query: string): Promise<Answer['data']['result']> => {
      const body = new URLSearchParams({ query });
      const answer = await fetch(`http://127.0.0.1:${prometheus}/api/v1/query`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`${query}: ${await answer.text()}`);
      return ((await answer.json()) as Answer).data.result;
    };
    for (const file of ['system.json', ...Object.keys(SERVICES).map((name) => `services/${name}.json`)]) {
      const dashboards = join(folder, 'monitoring/grafana/dashboards', file);
      const { panels } = JSON.parse(await readFile(dashboards, 'utf8')) as Dashboard;
      let queries = 0;
      for (const { title, targets } of panels) {
        for (const { expr } of targets) {
          const query = expr.replaceAll('$namespace', 'shop-production').replaceAll('$__rate_interval', '10s');
          const result = await ask(query);
          if (result.length === 0) throw new Error(`${file}, "${title}" has no data: ${query}`);
          if (result.some(({ value }) => value[1] === 'NaN') && !title.includes('route'))
            throw new Error(`${file}, "${title}" is not a number: ${query}`);
          queries += 1;
        }
      }
      figures.push({ what: `dashboard ${file}`, figure: `${queries} queries return data` });
    }
    const rules = await fetch(`http://127.0.0.1:${prometheus}/api/v1/rules`);
    const all = ((await rules.json()) as RuleGroups).data.groups.flatMap((group) => group.rules);
    for (const { name, health, type } of all) {
      if (health !== 'ok') throw new Error(`the rule ${name} is ${health}`);
      if (type === 'recording' && (await ask(name)).length < ports.size) throw new Error(`${name} is not recorded`);
    }
    figures.push({ what: 'rules', figure: `${all.length} evaluated, each recording for ${ports.size} services` });
    return figures;
  } finally {
    await processes.stop();
  }
}

/** Starts Prometheus on the generated files; only addresses, paths and the pace differ from Compose. */
async function startPrometheus(
  bench: Bench,
  processes: Processes,
  folder: string,
  ports: ReadonlyMap<string, number>,
): Promise<number> {
  const generated = join(folder, 'monitoring');
  const made = join(bench.work, 'prometheus');
  await mkdir(join(made, 'services'), { recursive: true });
  const config = await readFile(join(generated, 'prometheus.yml'), 'utf8');
  const adapted = config
    .replaceAll('/etc/prometheus/services', join(made, 'services'))
    .replaceAll('/etc/prometheus', generated)
    .replace(/(scrape|evaluation)_interval: \w+/g, '$1_interval: 1s');
  await writeFile(join(made, 'prometheus.yml'), adapted);
  for (const file of await readdir(join(generated, 'services'))) {
    let targets = await readFile(join(generated, 'services', file), 'utf8');
    for (const [name, port] of ports) targets = targets.replace(name, `127.0.0.1:${port}`);
    await writeFile(join(made, 'services', file), targets);
  }
  const program = join(await debianPrograms('prometheus'), 'prometheus');
  const port = await freePort();
  const places = [`--config.file=${made}/prometheus.yml`, `--storage.tsdb.path=${made}/data`];
  const command = [program, ...places, `--web.listen-address=127.0.0.1:${port}`];
  await processes.start(bench, 'prometheus', command, { port, ready: '/-/ready' });
  return port;
}

/** Requests of each kind: some that succeed, some that name nothing, some that are refused. */
async function load(ports: readonly number[]): Promise<void> {
  const end = Date.now() + LOAD_SECONDS * 1000;
  for (let number = 0; Date.now() < end; number += 1) {
    for (const port of ports) {
      const items = `http://127.0.0.1:${port}/api/v1/items`;
      const body = JSON.stringify({ name: `item ${number}` });
      await fetch(items, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await fetch(items);
      await fetch(`${items}/00000000-0000-0000-0000-000000000000`);
    }
    await sleep(50);
  }
}
