import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Bench, type Figure, generate } from './bench.ts';
import { type Cluster, goModule, startCluster } from './cluster.ts';

const OPERATOR = 'github.com/prometheus-operator/prometheus-operator@v0.91.0';
const IMAGE = 'registry.example/team/orders';
const ENVIRONMENTS = ['dev', 'staging', 'production'] as const;
const TARGETS = ['kustomize', 'helm'] as const;
const STRATEGIES = ['rolling', 'blue-green'] as const;

/**
 * A real Kubernetes API takes every manifest under Pod Security restricted, by server-side apply; and `scripts/deploy` brings new
 * versions out on it: pod by pod without a gap, and blue-green with every way to fail. The nodes are KWOK's: no container runs.
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const cluster = await startCluster(bench, await readFile(join(bench.root, 'test/proof/kwok.yaml'), 'utf8'));
  try {
    const version = /serverVersion:[\s\S]*gitVersion: (\S+)/.exec(await cluster.kubectl(['version', '--output=yaml']));
    const figures: Figure[] = [{ what: 'API server', figure: version?.[1] ?? 'unknown' }];
    const operator = join(await goModule(OPERATOR), 'example/prometheus-operator-crd');
    await cluster.kubectl([
      'apply',
      '--server-side',
      '--filename',
      join(operator, 'monitoring.coreos.com_servicemonitors.yaml'),
    ]);
    await cluster.kubectl([
      'apply',
      '--server-side',
      '--filename',
      join(operator, 'monitoring.coreos.com_prometheusrules.yaml'),
    ]);
    for (const target of TARGETS) {
      for (const strategy of STRATEGIES) figures.push(await accepted(bench, cluster, target, strategy));
    }
    for (const target of TARGETS) figures.push(...(await rolling(bench, cluster, target)));
    for (const target of TARGETS) figures.push(...(await blueGreen(bench, cluster, target)));
    return figures;
  } finally {
    await cluster.stop();
  }
}

/** Each database in one workspace: applied in each environment, then everything comes up in the first. */
async function accepted(bench: Bench, cluster: Cluster, target: string, strategy: string): Promise<Figure> {
  const name = `all-${target}-${strategy}`;
  bench.say(`applying ${name}`);
  const folder = join(bench.work, name);
  const services = 'none, sqlite, postgres, mysql'
    .split(', ')
    .map((database) => `on-${database}: { database: ${database}${database === 'none' ? ', calls: [on-mysql]' : ''} }`);
  await generate(
    bench,
    `version: 1\nname: ${name}\ndeploy: { target: ${target}, strategy: ${strategy} }\nservices: { ${services.join(', ')} }\n`,
    folder,
  );
  let objects = 0;
  for (const environment of ENVIRONMENTS) {
    const namespace = `${name}-${environment}`;
    const first = target === 'helm' ? [`k8s/${environment}.yaml`] : [`k8s/overlays/${environment}/namespace.yaml`];
    for (const file of first) await apply(cluster, await readFile(join(folder, file), 'utf8'), namespace);
    for (const manifests of await render(cluster, folder, target, environment, namespace)) {
      objects += manifests.split(/^kind: /m).length - 1;
      await apply(cluster, manifests, namespace);
    }
  }
  const namespace = `${name}-dev`;
  for (const kind of ['deployment', 'statefulset']) {
    const found = (await cluster.kubectl(['get', kind, '--namespace', namespace, '--output=name'])).trim().split('\n');
    for (const workload of found)
      await cluster.kubectl(['rollout', 'status', workload, '--namespace', namespace, '--timeout=120s']);
  }
  for (const environment of ENVIRONMENTS)
    await cluster.kubectl(['delete', 'namespace', `${name}-${environment}`, '--wait=false']);
  return { what: `${target}, ${strategy}`, figure: `${objects} objects taken, no warning; all workloads available` };
}

async function render(
  cluster: Cluster,
  folder: string,
  target: string,
  environment: string,
  namespace: string,
): Promise<readonly string[]> {
  const run = async (program: string, args: readonly string[]) =>
    (await execa(program, args, { env: cluster.env })).stdout;
  if (target === 'kustomize') return [await run('kustomize', ['build', join(folder, 'k8s/overlays', environment)])];
  return Promise.all(
    ['none', 'sqlite', 'postgres', 'mysql'].map((database) => {
      const chart = join(folder, `services/on-${database}/chart`);
      const values = join(chart, `values-${environment}.yaml`);
      return run('helm', ['template', `on-${database}`, chart, '--namespace', namespace, '--values', values]);
    }),
  );
}

/** Applies on the server's side; its warnings (Pod Security speaks in them) are errors here. */
async function apply(cluster: Cluster, manifests: string, namespace: string): Promise<void> {
  const printed = await cluster.kubectl(
    ['apply', '--server-side', '--namespace', namespace, '--filename=-'],
    manifests,
  );
  const warning = printed.split('\n').find((line) => line.startsWith('Warning:'));
  if (warning !== undefined) throw new Error(`${namespace}: ${warning}`);
}

async function workspace(bench: Bench, target: string, strategy: string): Promise<string> {
  const folder = join(bench.work, `${target}-${strategy}`);
  const spec = `version: 1\nname: shop-${target}-${strategy}\ndeploy: { target: ${target}, strategy: ${strategy} }\n`;
  await generate(bench, `${spec}services: { orders: { path: . } }\n`, folder);
  return folder;
}

/** Runs scripts/deploy as a pipeline would; its exit code and what it printed. */
async function deploy(cluster: Cluster, folder: string, ...args: readonly string[]) {
  const run = await execa('scripts/deploy', args, { cwd: folder, env: cluster.env, reject: false, all: true });
  return { code: run.exitCode ?? -1, printed: run.all };
}

async function deployed(cluster: Cluster, folder: string, version: string): Promise<void> {
  const { code, printed } = await deploy(cluster, folder, 'dev', 'orders', '.', IMAGE, version);
  if (code !== 0) throw new Error(`scripts/deploy of ${version} exits ${code}:\n${printed}`);
}

/** A new version takes over pod by pod, and the Service never has fewer than two. */
async function rolling(bench: Bench, cluster: Cluster, target: string): Promise<readonly Figure[]> {
  bench.say(`rolling update with ${target}`);
  const folder = await workspace(bench, target, 'rolling');
  const namespace = `shop-${target}-rolling-dev`;
  await deployed(cluster, folder, 'one');
  const pods = ['get', 'deployment', 'orders', '--namespace', namespace, '--output'];
  await until(
    async () => (await cluster.kubectl([...pods, 'jsonpath={.status.availableReplicas}'])) === '2',
    'two pods',
  );
  let fewest = 2;
  let watching = true;
  const watch = (async () => {
    while (watching) {
      fewest = Math.min(fewest, Number(await cluster.kubectl([...pods, 'jsonpath={.status.availableReplicas}'])));
    }
  })();
  await deployed(cluster, folder, 'two');
  watching = false;
  await watch;
  const image = await cluster.kubectl([...pods, 'jsonpath={.spec.template.spec.containers[0].image}']);
  if (image !== `${IMAGE}:two`) throw new Error(`${target}: the Deployment runs ${image}`);
  if (fewest < 2) throw new Error(`${target}: ${fewest} pods were available during the update`);
  const jobs = await cluster.kubectl([
    'get',
    'job',
    '--namespace',
    namespace,
    '--output=jsonpath={.items[*].metadata.name}',
  ]);
  if (!jobs.includes('orders-migrate--two'))
    throw new Error(`${target}: the migration of the new version did not run: ${jobs}`);
  return [{ what: `${target}: rolling update`, figure: `migrated first; never fewer than ${fewest} pods` }];
}

/** The switch, the ways in which it fails, and the way back by hand. */
async function blueGreen(bench: Bench, cluster: Cluster, target: string): Promise<readonly Figure[]> {
  bench.say(`blue-green with ${target}`);
  const folder = await workspace(bench, target, 'blue-green');
  const namespace = `shop-${target}-blue-green-dev`;
  await deployed(cluster, folder, 'one');
  const switches = watchColour(cluster, namespace);
  try {
    const expectLive = async (when: string, colour: string, version: string) => {
      const live = await cluster.kubectl([
        'get',
        'service',
        'orders',
        '--namespace',
        namespace,
        '--output=jsonpath={.spec.selector.colour}',
      ]);
      const image = await cluster.kubectl([
        'get',
        'deployment',
        `orders-${live}`,
        '--namespace',
        namespace,
        '--output=jsonpath={.spec.template.spec.containers[0].image}',
      ]);
      if (live !== colour || image !== `${IMAGE}:${version}`)
        throw new Error(`${target}, ${when}: ${live} is live and runs ${image}`);
    };
    const failsAt = async (version: string) => {
      const { code, printed } = await deploy(cluster, folder, 'dev', 'orders', '.', IMAGE, version);
      if (code === 0) throw new Error(`${target}: ${version} was deployed:\n${printed}`);
    };
    await expectLive('first deployment', 'blue', 'one');
    await deployed(cluster, folder, 'two');
    await expectLive('second deployment', 'green', 'two');
    const back = ['back', 'dev', 'orders', ...(target === 'helm' ? ['.'] : [])];
    const gone = await deploy(cluster, folder, ...back);
    if (gone.code !== 0) throw new Error(`${target}: no way back:\n${gone.printed}`);
    await expectLive('back by hand', 'blue', 'one');
    await failsAt('badsmoke');
    await expectLive('a smoke test that fails', 'blue', 'one');
    const before = await settled(switches, 3);
    await failsAt('badafter');
    await expectLive('a check that fails after the switch', 'blue', 'one');
    const after = await settled(switches, before.length + 2);
    await interrupted(cluster, folder, switches, after.length + 1);
    await expectLive('a pipeline that is cancelled', 'blue', 'one');
    await deployed(cluster, folder, 'three');
    await expectLive('a good version after all that', 'green', 'three');
    const seen = (await settled(switches, after.length + 3)).join(' ');
    const expected = 'blue green blue green blue green blue green';
    if (seen !== expected) throw new Error(`${target}: the Service went ${seen}, not ${expected}`);
    return [
      { what: `${target}: blue-green, first and second version`, figure: 'blue, then green; back by hand to blue' },
      { what: `${target}: smoke test fails on the idle colour`, figure: 'exit 1; traffic never moved' },
      { what: `${target}: check fails after the switch`, figure: 'exit 1; switched to green and back by itself' },
      { what: `${target}: cancelled after the switch`, figure: 'switched back by itself' },
    ];
  } finally {
    switches.child.kill();
  }
}

/** Cancels a deployment, as a pipeline does, once its new version has the traffic. */
async function interrupted(cluster: Cluster, folder: string, switches: Switches, length: number): Promise<void> {
  const env = { ...process.env, ...cluster.env };
  const args = ['dev', 'orders', '.', IMAGE, 'slow'];
  const child = spawn('scripts/deploy', args, { cwd: folder, env, stdio: 'ignore', detached: true });
  const ended = once(child, 'exit');
  await settled(switches, length);
  // Until the check through the Service runs.
  await sleep(3_000);
  process.kill(-(child.pid ?? 0), 'SIGTERM');
  const [code] = await ended;
  if (code === 0) throw new Error('a cancelled deployment exits 0');
}

interface Switches {
  readonly child: ChildProcess;
  readonly colours: readonly string[];
}

/** Every colour that the Service selects, in order. */
function watchColour(cluster: Cluster, namespace: string): Switches {
  const colours: string[] = [];
  const args = ['get', 'service', 'orders', '--namespace', namespace, '--watch'];
  const child = spawn(cluster.client, [...args, '--output=jsonpath={.spec.selector.colour}{"\\n"}'], {
    env: { ...process.env, ...cluster.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const colour of chunk.toString().split('\n')) {
      if (colour !== '' && colour !== colours.at(-1)) colours.push(colour);
    }
  });
  return { child, colours };
}

async function settled({ colours }: Switches, length: number): Promise<readonly string[]> {
  await until(async () => colours.length >= length, `${length} colours, after ${colours.join(' ')}`);
  return [...colours];
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await sleep(300)) if (await holds()) return;
  throw new Error(`there was no ${what}`);
}
