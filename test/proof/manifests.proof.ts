import { access, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Bench, type Figure, generate } from './bench.ts';

/** Judges of Kubernetes manifests that only the Go proxy has. */
const TOOLS = {
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1',
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
};

/** What the beginning of a commit's id is cut to. */
const VERSION = '1a2b3c4d5e6f';

const WORKSPACES = {
  none: 'services: { orders: { path: ., database: none } }',
  sqlite: 'services: { orders: { path: ., database: sqlite } }',
  postgres: 'services: { orders: { path: . } }',
  several:
    'services: { orders: {}, payments: { calls: [orders] }, stock: { database: sqlite }, web: { database: none } }',
};

/**
 * kube-score finds nothing in any environment, and the deployment script asks for the right things in the right order: the image and the
 * version on everything, the migration's Job named after the version and done before the new version serves.
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const [kustomize, score] = [await built(bench, 'kustomize'), await built(bench, 'kube-score')];
  for (const [name, services] of Object.entries(WORKSPACES)) {
    const folder = join(bench.work, name);
    await generate(bench, `version: 1\nname: shop\n${services}\n`, folder);
    const [path, expected] = name === 'several' ? ['services/orders', SEVERAL] : ['.', SINGLE];
    const asked = await deploy(bench, kustomize, folder, path);
    const migrates = name === 'postgres' || name === 'several';
    const order = expected(name === 'sqlite' ? 'statefulset' : 'deployment', migrates);
    if (JSON.stringify(asked) !== JSON.stringify(order))
      throw new Error(`${name}: scripts/deploy asks for\n${asked.join('\n')}`);
    if (migrates) {
      const stopped = await deploy(bench, kustomize, folder, path, 'FailureTarget Failed');
      if (stopped.includes('apply everything') || !stopped.at(-1)?.startsWith('logs job/'))
        throw new Error(`${name}: after a migration that failed scripts/deploy asks for\n${stopped.join('\n')}`);
    }
    for (const environment of ['dev', 'staging', 'production']) {
      const { stdout } = await execa(kustomize, ['build', join(folder, 'k8s/overlays', environment)]);
      const file = join(bench.work, `${name}-${environment}.yaml`);
      await writeFile(file, stdout);
      const judged = await execa(score, ['score', '--kubernetes-version', 'v1.34', '--output-format', 'ci', file], {
        reject: false,
      });
      const found = judged.stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
      if (found.length > 0) throw new Error(`kube-score, ${name} in ${environment}:\n${found.join('\n')}`);
      const lines = [
        `image: registry.example:5000/team/orders:${VERSION.padEnd(40, '0')}`,
        `app.kubernetes.io/version: ${VERSION}`,
      ];
      if (migrates) lines.push(`name: orders-migrate--${VERSION}`);
      const missing = lines.find((line) => !stdout.includes(line));
      if (missing !== undefined) throw new Error(`${name} in ${environment} lacks "${missing}"`);
      const objects = stdout.split(/^---$/m).length;
      figures.push({ what: `${name}, ${environment}`, figure: `${objects} objects, kube-score finds nothing` });
    }
  }
  return figures;
}

const SINGLE = (workload: string, migrates: boolean): string[] => [
  'apply everything but the server',
  ...(migrates ? [`get job/orders-migrate--${VERSION}`] : []),
  'apply everything',
  `rollout status ${workload}/orders`,
];
const SEVERAL = (workload: string, migrates: boolean): string[] => [
  'apply the namespace',
  ...SINGLE(workload, migrates),
];

/**
 * Runs scripts/deploy with a kubectl that takes note of what it is asked; what it was asked, in order.
 *
 * @param conditions what kubectl says of the migration's Job
 */
async function deploy(
  bench: Bench,
  kustomize: string,
  folder: string,
  path: string,
  conditions = 'SuccessCriteriaMet Complete',
): Promise<string[]> {
  const tools = await mkdtemp(join(bench.work, 'tools-'));
  await symlink(kustomize, join(tools, 'kustomize'));
  const log = join(tools, 'log');
  await writeFile(
    join(tools, 'kubectl'),
    `#!/bin/sh\necho "$*" >>'${log}'\ncase "$*" in *jsonpath*) echo '${conditions}' ;; esac\n`,
    { mode: 0o755 },
  );
  const image = 'registry.example:5000/Team/orders';
  const commit = VERSION.padEnd(40, '0');
  const env = { PATH: `${tools}:${process.env.PATH}`, TMPDIR: bench.work };
  const { exitCode } = await execa('scripts/deploy', ['dev', 'orders', path, image, commit], {
    cwd: folder,
    env,
    reject: false,
  });
  if (exitCode !== (conditions.includes('Failed') ? 1 : 0)) throw new Error(`scripts/deploy ends with ${exitCode}`);
  const asked = (await readFile(log, 'utf8')).trim().split('\n');
  return asked.map((line) => {
    if (/^apply .*namespace\.yaml/.test(line)) return 'apply the namespace';
    if (/^apply .*--selector=app\.kubernetes\.io\/component!=server$/.test(line))
      return 'apply everything but the server';
    if (/^apply --filename=\S+$/.test(line)) return 'apply everything';
    return line.replace(/^--namespace=shop-dev /, '').replace(/ --\S+/g, '');
  });
}

async function built(bench: Bench, tool: keyof typeof TOOLS): Promise<string> {
  const binary = join(bench.cache, 'bin', tool);
  const found = await access(binary).then(
    () => true,
    () => false,
  );
  if (!found) {
    bench.say(`building ${tool}, once`);
    await execa('go', ['install', TOOLS[tool]], { env: { GOBIN: join(bench.cache, 'bin') } });
  }
  return binary;
}
