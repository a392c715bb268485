import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Bench, type Figure, generate } from './bench.ts';

/** Judges of Kubernetes manifests that only the Go proxy has. */
const TOOLS = {
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1',
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
};

const WORKSPACES = {
  none: 'services: { orders: { path: ., database: none } }',
  sqlite: 'services: { orders: { path: ., database: sqlite } }',
  postgres: 'services: { orders: { path: . } }',
  several:
    'services: { orders: {}, payments: { calls: [orders] }, stock: { database: sqlite }, web: { database: none } }',
};

/**
 * kube-score finds nothing in any environment, and the deployment script's edits of a kustomization do what they should: the image, the
 * version label on everything, and the migration's Job named after the version.
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const [kustomize, score] = [await built(bench, 'kustomize'), await built(bench, 'kube-score')];
  for (const [name, services] of Object.entries(WORKSPACES)) {
    const folder = join(bench.work, name);
    await generate(bench, `version: 1\nname: shop\n${services}\n`, folder);
    const service = name === 'several' ? join(folder, 'services/orders') : folder;
    const base = { cwd: join(service, 'k8s/base') };
    await execa(kustomize, ['edit', 'set', 'image', 'orders=registry.example:5000/team/orders:1a2b3c4'], base);
    const label = 'app.kubernetes.io/version:1a2b3c4';
    await execa(kustomize, ['edit', 'add', 'label', label, '--without-selector', '--force'], base);
    for (const environment of ['dev', 'staging', 'production']) {
      const { stdout } = await execa(kustomize, ['build', join(folder, 'k8s/overlays', environment)]);
      const file = join(bench.work, `${name}-${environment}.yaml`);
      await writeFile(file, stdout);
      const judged = await execa(score, ['score', '--kubernetes-version', 'v1.34', '--output-format', 'ci', file], {
        reject: false,
      });
      const found = judged.stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
      if (found.length > 0) throw new Error(`kube-score, ${name} in ${environment}:\n${found.join('\n')}`);
      const expected = ['image: registry.example:5000/team/orders:1a2b3c4'];
      if (name === 'postgres' || name === 'several') expected.push('name: orders-migrate-1a2b3c4');
      const missing = expected.find((line) => !stdout.includes(line));
      if (missing !== undefined) throw new Error(`${name} in ${environment} lacks "${missing}"`);
      const objects = stdout.split(/^---$/m).length;
      figures.push({ what: `${name}, ${environment}`, figure: `${objects} objects, kube-score finds nothing` });
    }
  }
  return figures;
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
