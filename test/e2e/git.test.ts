import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const identity = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function call(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { ...process.env, ...identity, NO_COLOR: '1' };
  const { stdout } = await run(command, args, { cwd, env, maxBuffer: 1 << 26 });
  return stdout;
}

const git = (cwd: string, ...args: readonly string[]): Promise<string> => call('git', args, cwd);
const msvc = (cwd: string, ...args: readonly string[]): Promise<string> =>
  call(process.execPath, [join(root, 'bin/msvc.js'), ...args], cwd);

/** A workspace in a repository with one commit. */
async function created(name: string, ...flags: readonly string[]): Promise<string> {
  const args = [join(root, 'bin/create-microservice.js'), name, '--yes', '--no-lock', ...flags];
  await call(process.execPath, args, folder);
  return join(folder, name);
}

async function commit(cwd: string, message: string): Promise<void> {
  await git(cwd, 'add', '--all');
  await git(cwd, 'commit', '--quiet', '--message', message);
}

describe('in a repository', () => {
  it('commits what it created, and nothing of its own state', async () => {
    const place = await created('first', '--database', 'none');
    expect(await git(place, 'status', '--porcelain')).toBe('');
    expect(await git(place, 'ls-files', '.msvc')).toBe(
      '.msvc/lock.yaml\n.msvc/schema.json\n.msvc/services/first.yaml\n',
    );
  });

  it('moves a single service with its edits when a second comes, and git follows them', {
    timeout: 600_000,
  }, async () => {
    const place = await created('orders', '--database', 'sqlite');
    await appendFile(join(place, 'src/orders/app.py'), '\n# edited by hand\n');
    await writeFile(join(place, 'src/orders/own.py'), '"""Ours."""\n\nVALUE = 1\n');
    await writeFile(join(place, 'notes.md'), '# Ours\n');
    await commit(place, 'Edit by hand');
    await msvc(place, 'add-service', 'payments', '--no-lock');
    expect(await readFile(join(place, 'services/orders/src/orders/app.py'), 'utf8')).toContain('# edited by hand');
    expect(await readFile(join(place, 'services/orders/src/orders/own.py'), 'utf8')).toContain('VALUE = 1');
    expect(await readFile(join(place, 'notes.md'), 'utf8')).toBe('# Ours\n');
    await commit(place, 'Add payments');
    for (const path of ['app.py', 'own.py']) {
      const log = await git(place, 'log', '--follow', '--format=%s', `services/orders/src/orders/${path}`);
      expect(log.split('\n'), path).toContain('Edit by hand');
    }
    expect(await git(place, 'ls-files', 'src', 'tests')).toBe('');
    await msvc(place, 'sync', '--check');
  });

  it('finds what another version wrote among the objects of the repository', {
    timeout: 600_000,
  }, async () => {
    const place = await created('versions', '--database', 'none');
    await appendFile(join(place, 'README.md'), '\nOurs.\n');
    await commit(place, 'Edit');
    const lock = join(place, '.msvc/lock.yaml');
    await writeFile(lock, (await readFile(lock, 'utf8')).replace(/^tool: .*/m, 'tool: 0.0.1'));
    await msvc(place, 'set', 'python', '3.13', '--no-lock');
    const readme = await readFile(join(place, 'README.md'), 'utf8');
    expect(readme).toContain('3.13');
    expect(readme).toContain('\nOurs.\n');
  });

  it('keeps what it wrote earlier, for the branches that are still at it', { timeout: 600_000 }, async () => {
    const place = await created('branches', '--database', 'none');
    const [before = ''] = (await git(place, 'ls-tree', 'HEAD', 'Dockerfile')).split('\t');
    await msvc(place, 'set', 'python', '3.13', '--no-lock');
    await msvc(place, 'set', 'python', '3.12', '--no-lock');
    const kept = await git(place, 'log', '--format=%T', 'refs/msvc/base');
    expect(kept.trim().split('\n').length).toBe(2);
    expect(before).toMatch(/^100644 blob [0-9a-f]{40}$/);
    await git(place, 'fsck', '--strict');
  });

  it('merges ten branches that each add a service, in any order, without a conflict', {
    timeout: 600_000,
  }, async () => {
    const flags = ['--services', 'orders,payments', '--database', 'none', '--ci', 'github', '--ci', 'gitlab'];
    const place = await created('shop', ...flags);
    const names = ['pricing', 'audit', 'zones', 'billing', 'events', 'notes', 'catalog', 'stock', 'delivery', 'fraud'];
    for (const [index, name] of names.entries()) {
      await git(place, 'switch', '--quiet', '--create', name, 'main');
      const database = ['none', 'sqlite', 'postgres'][index % 3] ?? '';
      await msvc(place, 'add-service', name, '--no-lock', '--quiet', '--database', database);
      const changed = await git(place, 'status', '--porcelain', '--untracked-files=all');
      const modified = changed.split('\n').filter((line) => line.startsWith(' M '));
      expect(modified.map((line) => line.slice(3)).filter((path) => path !== '.github/dependabot.yml')).toEqual(LISTS);
      await commit(place, `Add ${name}`);
    }
    await git(place, 'switch', '--quiet', 'main');
    for (const name of names) await git(place, 'merge', '--quiet', '--no-edit', name);
    expect(await git(place, 'status', '--porcelain')).toBe('');
    await msvc(place, 'sync', '--check');
    const { services } = JSON.parse(await msvc(place, 'status', '--json')) as { services: { name: string }[] };
    expect(services.map(({ name }) => name)).toEqual(['orders', 'payments', ...names].sort());
    const compose = await readFile(join(place, 'services.compose.yaml'), 'utf8');
    expect(compose.split('\n').filter((line) => line.includes('/compose.yaml')).length).toBe(names.length + 2);

    // The next change puts the lists in order, and a list that was edited keeps the edit.
    await appendFile(join(place, 'k8s/overlays/dev/kustomization.yaml'), 'labels: []\n');
    await msvc(place, 'add-service', 'mail', '--no-lock', '--quiet', '--database', 'none');
    const lines = (await readFile(join(place, 'services.compose.yaml'), 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines).toEqual([...lines].sort());
    const overlay = await readFile(join(place, 'k8s/overlays/dev/kustomization.yaml'), 'utf8');
    expect(overlay).toContain('labels: []\n');
    expect(overlay.match(/services\/mail\//g)?.length).toBe(1);
    await msvc(place, 'sync', '--check');
  });

  it('settles by one command what git cannot merge', { timeout: 600_000 }, async () => {
    const place = await created('chosen', '--services', 'orders,payments', '--database', 'none');
    await git(place, 'switch', '--quiet', '--create', 'newer', 'main');
    await msvc(place, 'add', 'ci', 'gitlab', '--no-lock', '--quiet');
    await appendFile(join(place, 'services/orders/README.md'), '\nTheirs.\n');
    await commit(place, 'GitLab');
    await git(place, 'switch', '--quiet', 'main');
    await msvc(place, 'remove', 'monitoring', '--no-lock', '--quiet');
    await commit(place, 'No monitoring');
    await expect(git(place, 'merge', '--quiet', '--no-edit', 'newer')).rejects.toThrow();
    await msvc(place, 'resolve', '--no-lock', '--quiet');
    await git(place, 'commit', '--quiet', '--no-edit');
    await msvc(place, 'sync', '--check');
    expect(await readFile(join(place, 'services/orders/README.md'), 'utf8')).toContain('\nTheirs.\n');
    expect(await git(place, 'ls-files', '.gitlab-ci.yml', 'monitoring')).toBe('.gitlab-ci.yml\n');
  });

  it('changes nothing of the others with the fiftieth service', { timeout: 600_000 }, async () => {
    const others = Array.from({ length: 49 }, (_, index) => `service${index}`);
    const place = await created('many', '--services', others.join(','), '--database', 'none');
    await msvc(place, 'add-service', 'last', '--no-lock', '--quiet', '--database', 'none');
    const changed = (await git(place, 'status', '--porcelain', '--untracked-files=all')).trimEnd().split('\n');
    const own = [
      /^services\/last\//,
      /^monitoring\/.*\/last\.(json|yml)$/,
      /^\.msvc\/services\/last\.yaml$/,
      /\/last\.yml$/,
    ];
    expect(changed.map((line) => line.slice(3)).filter((path) => !own.some((pattern) => pattern.test(path)))).toEqual(
      LISTS,
    );
  });
});

/** The lists that a new service adds itself to. */
const LISTS = [
  'k8s/overlays/dev/kustomization.yaml',
  'k8s/overlays/production/kustomization.yaml',
  'k8s/overlays/staging/kustomization.yaml',
  'msvc.yaml',
  'services.compose.yaml',
];
