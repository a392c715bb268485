import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { openSync } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort } from '../support/postgres.ts';
import { type Bench, debianPackages } from './bench.ts';

/** The release of Kubernetes that is built, and of its published modules. */
const KUBERNETES = { release: 'v1.34.4', modules: 'v0.34.4' };
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'] as const;
const KWOK = 'sigs.k8s.io/kwok/cmd/kwok@v0.8.0';

/** A Kubernetes API with its controllers and scheduler; KWOK plays the nodes, so pods run in name only. */
export interface Cluster {
  /** What programs need to reach it: KUBECONFIG, and a PATH with its kubectl first. */
  readonly env: Readonly<Record<string, string>>;
  /** The path of kubectl. */
  readonly client: string;
  /** Runs kubectl; what it printed. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts etcd, the API server with Pod Security admission, the controllers, the scheduler and KWOK, each of this run's own.
 *
 * @param stages KWOK's rules for pods: which become ready, complete or fail
 */
export async function startCluster(bench: Bench, stages: string): Promise<Cluster> {
  await buildKubernetes(bench);
  await debianPackages(bench, { etcd: 'etcd-server' });
  const folder = join(bench.work, 'cluster');
  await mkdir(folder);
  const bin = join(bench.cache, 'bin');
  const started: ChildProcess[] = [];
  const start = (program: string, args: readonly string[]): void => {
    const log = openSync(join(folder, `${program.replace(/.*\//, '')}.log`), 'w');
    const env = { ...process.env, KUBE_FEATURE_WatchListClient: 'false' };
    started.push(spawn(program, args, { env, stdio: ['ignore', log, log] }));
  };
  const [etcd, peer, api] = [await freePort(), await freePort(), await freePort()];
  const key = join(folder, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  await writeFile(join(folder, 'tokens.csv'), 'proof,admin,admin,system:masters\n');
  const config = join(folder, 'kubeconfig');
  await writeFile(config, kubeconfig(`https://127.0.0.1:${api}`));
  await writeFile(join(folder, 'kwok.yaml'), stages);

  start('etcd', [
    ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${etcd}`],
    ...['--advertise-client-urls', `http://127.0.0.1:${etcd}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
  ]);
  start(join(bin, 'kube-apiserver'), [
    ...['--etcd-servers', `http://127.0.0.1:${etcd}`, '--bind-address', '127.0.0.1', '--secure-port', String(api)],
    ...['--cert-dir', join(folder, 'certificates'), '--token-auth-file', join(folder, 'tokens.csv')],
    ...['--service-account-key-file', key, '--service-account-signing-key-file', key],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', '--authorization-mode', 'RBAC'],
    ...['--service-cluster-ip-range', '10.96.0.0/16'],
    // Debian's etcd is too old to say how far a watch has come.
    ...['--feature-gates', 'WatchList=false'],
  ]);
  const env = { KUBECONFIG: config, PATH: `${bin}:${process.env.PATH}` };
  const client = join(bin, 'kubectl');
  const kubectl = async (args: readonly string[], input?: string): Promise<string> =>
    (await execa(client, args, { env, all: true, ...(input === undefined ? {} : { input }) })).all;
  const cluster: Cluster = { env, client, kubectl, stop: () => stop(started) };
  try {
    await answers(async () => (await kubectl(['get', '--raw', '/readyz'])).includes('ok'), 'the API server', 120);
    const common = ['--kubeconfig', config, '--leader-elect=false', '--secure-port=0'];
    // KWOK's nodes send no heartbeats.
    const controllers = ['--service-account-private-key-file', key, '--node-monitor-grace-period=2h'];
    start(join(bin, 'kube-controller-manager'), [...common, ...controllers]);
    start(join(bin, 'kube-scheduler'), common);
    start(join(bin, 'kwok'), [
      '--kubeconfig',
      config,
      '--manage-all-nodes=true',
      '--config',
      join(folder, 'kwok.yaml'),
    ]);
    await kubectl(
      ['apply', '--filename=-'],
      [...['a', 'b', 'c'].map(node), ...Array.from({ length: 32 }, volume)].join('---\n'),
    );
    const ready = ['wait', 'node', '--all', '--for=condition=Ready', '--timeout=5s'];
    await answers(async () => (await kubectl(ready)).includes('condition met'), 'the nodes', 30);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** The folder of a Go module's source, from the proxy. */
export async function goModule(name: string): Promise<string> {
  const { stdout } = await execa('go', ['mod', 'download', '-json', name]);
  return JSON.parse(stdout).Dir;
}

/** Builds the programs once: Kubernetes' own go.mod points at folders beside it, which the published modules replace. */
async function buildKubernetes(bench: Bench): Promise<void> {
  const bin = join(bench.cache, 'bin');
  const missing = await absent(COMPONENTS.map((name) => join(bin, name)));
  if (missing.length > 0) {
    bench.say(`building Kubernetes ${KUBERNETES.release}, once; this takes long`);
    const folder = join(bench.work, 'kubernetes');
    await mkdir(folder);
    const source = await goModule(`k8s.io/kubernetes@${KUBERNETES.release}`);
    const manifest = await readFile(join(source, 'go.mod'), 'utf8');
    const staged = [...manifest.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map((match) => match[1]);
    const replaced = staged.map((name) => `\t${name} => ${name} ${KUBERNETES.modules}\n`).join('');
    await writeFile(
      join(folder, 'go.mod'),
      `module proof.example/cluster\n\n${/^go \S+/m.exec(manifest)?.[0]}\n\nrequire k8s.io/kubernetes ${KUBERNETES.release}\n\nreplace (\n${replaced})\n`,
    );
    const imports = COMPONENTS.map((name) => `\t_ "k8s.io/kubernetes/cmd/${name}"\n`).join('');
    await writeFile(join(folder, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport (\n${imports})\n`);
    const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
    await execa('go', ['mod', 'tidy'], { cwd: folder, env });
    const [, minor] = KUBERNETES.release.split('.');
    const stamp = { gitVersion: KUBERNETES.release, gitMajor: '1', gitMinor: minor };
    const flags = Object.entries(stamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
    for (const name of COMPONENTS) {
      bench.say(`building ${name}`);
      const args = ['build', '-trimpath', `-ldflags=-s -w ${flags.join(' ')}`, '-o', join(bin, name)];
      await execa('go', [...args, `k8s.io/kubernetes/cmd/${name}`], { cwd: folder, env });
    }
  }
  if ((await absent([join(bin, 'kwok')])).length > 0) {
    bench.say('building kwok, once');
    await execa('go', ['install', KWOK], { env: { GOBIN: bin, CGO_ENABLED: '0' } });
  }
}

async function absent(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      access(path)
        .then(() => true)
        .catch(() => false),
    ),
  );
  return paths.filter((_, index) => there[index] !== true);
}

function kubeconfig(server: string): string {
  return `apiVersion: v1
kind: Config
clusters: [{ name: proof, cluster: { server: "${server}", insecure-skip-tls-verify: true } }]
users: [{ name: admin, user: { token: proof } }]
contexts: [{ name: proof, context: { cluster: proof, user: admin } }]
current-context: proof
`;
}

function node(zone: string): string {
  return `apiVersion: v1
kind: Node
metadata:
  name: node-${zone}
  labels: { kubernetes.io/hostname: node-${zone}, topology.kubernetes.io/zone: ${zone} }
status:
  allocatable: { cpu: "32", memory: 64Gi, ephemeral-storage: 100Gi, pods: "200" }
  capacity: { cpu: "32", memory: 64Gi, ephemeral-storage: 100Gi, pods: "200" }
`;
}

function volume(_: unknown, index: number): string {
  return `apiVersion: v1
kind: PersistentVolume
metadata: { name: volume-${index} }
spec:
  accessModes: [ReadWriteOnce]
  capacity: { storage: 1Gi }
  persistentVolumeReclaimPolicy: Retain
  hostPath: { path: /volumes/${index} }
`;
}

async function answers(asked: () => Promise<boolean>, what: string, seconds: number): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(500)) {
    if (await asked().catch(() => false)) return;
  }
  throw new Error(`${what} did not come up`);
}

async function stop(processes: readonly ChildProcess[]): Promise<void> {
  for (const child of [...processes].reverse()) {
    if (child.exitCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const gone = await Promise.race([ended.then(() => true), sleep(5_000).then(() => false)]);
    if (!gone) child.kill('SIGKILL');
  }
}
