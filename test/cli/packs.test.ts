import { execFileSync } from 'node:child_process';
import * as realFs from 'node:fs';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTarGzip } from 'nanotar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Processes } from '../../src/cli/context.ts';
import { parseSource } from '../../src/cli/pack-source.ts';
import { createProcesses } from '../../src/cli/processes.ts';
import { featureSchema } from '../../src/render/feature.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { emptyDisk, NO_PROCESSES, type Outcome, runIn, type World } from '../support/cli.ts';
import { FIRST_PACK } from '../support/small-pack.ts';

const ROOT = '/disk/shop';
const EXAMPLE = join(import.meta.dirname, '../../examples/packs/backstage');

/** A feature that brings one page. */
const PAGE = {
  'page/feature.yaml': 'description: d\nscope: service\n',
  'page/files/PAGE.md.hbs': 'All about {{service.name}}\n',
};

let fs: FileSystem;
let world: World;

beforeEach(() => {
  fs = emptyDisk();
  world = { fs, cwd: ROOT, pack: FIRST_PACK, env: { XDG_CACHE_HOME: '/cache' } };
});

const msvc = (...argv: readonly string[]): Promise<Outcome> => runIn(world, 'msvc', ...argv);
const read = (path: string): string => new TextDecoder().decode(fs.readFileSync(path));
const create = (...flags: readonly string[]): Promise<Outcome> =>
  runIn({ ...world, cwd: '/disk' }, 'create-microservice', 'shop', '--yes', '--database', 'sqlite', ...flags);

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    fs.mkdirSync(join(folder, path, '..'), { recursive: true });
    fs.writeFileSync(join(folder, path), text);
  }
}

describe('a pack in a folder', () => {
  it('adds to a new workspace, is taken up as it changes, and leaves when it is removed', async () => {
    write('/disk/ours', PAGE);
    const created = await create('--pack', './ours');
    expect(created.code, created.err).toBe(0);
    expect(read(`${ROOT}/msvc.yaml`)).toContain('packs:\n  - ../ours\n');
    expect(read(`${ROOT}/.msvc/lock.yaml`)).toMatch(/packs:\n {2}- source: \.\.\/ours\n {4}integrity: sha256-/);
    expect(read(`${ROOT}/PAGE.md`)).toBe('All about shop\n');
    expect((await msvc('sync', '--check')).code).toBe(0);

    write('/disk/ours', { 'page/files/PAGE.md.hbs': 'News about {{service.name}}\n' });
    expect((await msvc('sync', '--check')).code).toBe(1);
    expect((await msvc('sync')).code).toBe(0);
    expect(read(`${ROOT}/PAGE.md`)).toBe('News about shop\n');

    expect((await msvc('remove', 'pack', '../ours')).code).toBe(0);
    expect(fs.readdirSync(ROOT)).not.toContain('PAGE.md');
    expect(read(`${ROOT}/msvc.yaml`)).not.toContain('packs');
  });

  it('is added to a workspace that is there, and fills slots of the built-in features', async () => {
    await create();
    write('/disk/ours', {
      'team/feature.yaml': 'description: d\nscope: service\ncontributes: { owners: owners.hbs }\n',
      'team/owners.hbs': '/{{service.dir}}docs @writers\n',
    });
    world = { ...world, cwd: `${ROOT}/k8s` };
    fs.mkdirSync(`${ROOT}/k8s`, { recursive: true });
    expect((await msvc('add', 'pack', '../../ours')).code).toBe(0);
    expect(read(`${ROOT}/CODEOWNERS`)).toContain('/docs @writers');
    const again = await msvc('add', 'pack', '../../ours');
    expect(again).toMatchObject({ code: 2 });
    expect(again.err).toContain('../ours is a pack of this workspace already');
  });

  it('takes the place of a built-in feature only when it says so', async () => {
    const slim = { 'slim/feature.yaml': 'description: d\nscope: service\n', 'slim/files/Dockerfile': 'FROM ours\n' };
    write('/disk/ours', slim);
    const refused = await create('--pack', './ours');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('slim/feature.yaml: a feature is called slim already');
    write('/disk/ours', { 'slim/feature.yaml': 'description: d\nscope: service\nreplaces: slim\n' });
    expect((await create('--pack', './ours')).code).toBe(0);
    expect(read(`${ROOT}/Dockerfile`)).toBe('FROM ours\n');
  });
});

describe('a pack that means harm', () => {
  it.each([
    [
      'a file in .git',
      { 'x/feature.yaml': PAGE['page/feature.yaml'], 'x/files/_git/hooks/pre-commit': 'boom' },
      '.git/hooks',
    ],
    ['a file in .GIT', { 'x/feature.yaml': PAGE['page/feature.yaml'], 'x/files/.GIT/config': 'boom' }, '.GIT/config'],
    [
      'our own state',
      { 'x/feature.yaml': PAGE['page/feature.yaml'], 'x/files/_msvc/lock.yaml': 'boom' },
      '.msvc/lock.yaml',
    ],
    [
      'a partial that calls itself',
      { ...PAGE, 'page/files/P.hbs': '{{#*inline "a"}}{{> a}}{{/inline}}{{> a}}' },
      'partials',
    ],
    [
      'the constructor of a value',
      { ...PAGE, 'page/files/P.hbs': '{{service.constructor.constructor}}' },
      'constructor',
    ],
    [
      'a look-up of the prototype',
      { ...PAGE, 'page/files/P.hbs': '{{lookup service "__proto__"}}x{{lookup workspace "constructor"}}' },
      undefined,
    ],
    ['a helper that prints', { ...PAGE, 'page/files/P.hbs': '{{log "boom"}}' }, 'log'],
    ['an unknown key', { 'x/feature.yaml': 'description: d\nscope: service\nrun: rm -rf /\n' }, 'run'],
  ])('is refused or harmless: %s', async (_what, files, message) => {
    write('/disk/ours', files);
    const { code, out, err } = await create('--pack', './ours');
    expect(out).not.toContain('boom');
    if (message === undefined) {
      expect(code, err).toBe(0);
      expect(read(`${ROOT}/P`).trim()).toBe('x');
      return;
    }
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(fs.readdirSync('/disk')).toEqual(['ours']);
  });

  it('is refused where it is too large', async () => {
    write('/disk/ours', { ...PAGE, 'page/files/big.txt': 'x'.repeat(33 * 1024 * 1024) });
    expect((await create('--pack', './ours')).err).toContain('the pack has 3 files of 346');
  });
});

describe('a source', () => {
  it.each([
    ['./a', { kind: 'path', path: './a' }],
    ['npm:@acme/features@^2', { kind: 'npm', spec: '@acme/features@^2' }],
    [
      'github:acme/packs/python/web#v3',
      { kind: 'git', url: 'https://github.com/acme/packs.git', folder: 'python/web', ref: 'v3' },
    ],
    [
      'git+ssh://git@example.com/packs.git',
      { kind: 'git', url: 'ssh://git@example.com/packs.git', folder: '', ref: 'HEAD' },
    ],
  ])('%s is understood', (source, expected) => {
    expect(parseSource(source)).toEqual(expected);
  });

  it.each(['acme', 'npm:--version', 'git+ext::sh -c id', 'github:acme/packs#-u', 'github:acme/packs/../x', 'npm:a b'])(
    '%s is refused',
    async (source) => {
      const { code, err } = await create('--pack', source);
      expect(code).toBe(2);
      expect(err).toContain('is no source of a pack');
    },
  );
});

describe('a pack from npm', () => {
  const pack = (files: Readonly<Record<string, string>>): Processes => ({
    async run(command, args) {
      if (command !== 'npm') return NO_PROCESSES.run(command, args, { cwd: '/' });
      expect(args).toContain('--ignore-scripts');
      const folder = args[args.indexOf('--pack-destination') + 1] ?? '';
      const entries = Object.entries(files).map(([path, data]) => ({
        name: `package/${path}`,
        data,
        attrs: { mode: '644' },
      }));
      writeFileSync(join(folder, 'pack.tgz'), await createTarGzip(entries));
      return {
        exitCode: 0,
        stdout: JSON.stringify([{ version: '1.2.0', filename: 'pack.tgz', spec: args[1] }]),
        stderr: '',
      };
    },
  });

  it('is locked, taken from the cache, and refused when what was published has changed', async () => {
    world = { ...world, processes: pack(PAGE) };
    const created = await create('--pack', 'npm:@acme/features@^1');
    expect(created.code, created.err).toBe(0);
    expect(read(`${ROOT}/.msvc/lock.yaml`)).toContain('version: 1.2.0');
    world = { ...world, processes: NO_PROCESSES };
    expect((await msvc('sync', '--check')).code).toBe(0);

    const other = { ...PAGE, 'page/files/PAGE.md.hbs': 'Other\n' };
    world = { ...world, processes: pack(other), env: { XDG_CACHE_HOME: '/elsewhere' } };
    const changed = await msvc('sync');
    expect(changed.code).toBe(2);
    expect(changed.err).toContain('is not what .msvc/lock.yaml says');
    expect(read(`${ROOT}/PAGE.md`)).toBe('All about shop\n');
    expect((await msvc('update')).code).toBe(0);
    expect(read(`${ROOT}/PAGE.md`)).toBe('Other\n');
  });

  it('says so where it cannot be had', async () => {
    const { code, err } = await create('--pack', 'npm:@acme/features');
    expect(code).toBe(2);
    expect(err).toContain('the pack npm:@acme/features cannot be had: npm could not be started');
  });

  it('stays in its folder where its archive leads out', async () => {
    world = { ...world, processes: pack({ ...PAGE, '../../../escape.txt': 'boom' }) };
    expect((await create('--pack', 'npm:@acme/features')).code).toBe(0);
    expect(fs.readdirSync('/disk')).toEqual(['shop']);
    expect(fs.readdirSync(ROOT)).not.toContain('escape.txt');
  });

  it('is refused where its archive has links', async () => {
    const processes: Processes = {
      async run(_command, args) {
        const folder = args[args.indexOf('--pack-destination') + 1] ?? '';
        symlinkSync('/etc/passwd', join(folder, 'passwd'));
        execFileSync('tar', ['czf', 'pack.tgz', '--transform=s,^,package/page/files/,', 'passwd'], { cwd: folder });
        return { exitCode: 0, stdout: JSON.stringify([{ version: '1.0.0', filename: 'pack.tgz' }]), stderr: '' };
      },
    };
    world = { ...world, processes };
    const { code, err } = await create('--pack', 'npm:@acme/features');
    expect(code, err).toBe(2);
    expect(err).toContain('the pack has a link');
  });
});

describe('a pack from git', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'packs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is taken at its commit until an update', async () => {
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: folder,
        encoding: 'utf8',
      }).trim();
    const real = realFs as unknown as FileSystem;
    const save = (files: Readonly<Record<string, string>>): string => {
      for (const [path, text] of Object.entries(files)) {
        real.mkdirSync(join(folder, path, '..'), { recursive: true });
        real.writeFileSync(join(folder, path), text);
      }
      git('add', '.');
      git('commit', '--quiet', '-m', 'x');
      return git('rev-parse', 'HEAD');
    };
    git('init', '--quiet', '-b', 'main');
    const first = save(PAGE);
    const { signal } = new AbortController();
    world = {
      ...world,
      processes: createProcesses(process.env, { signal, guard: (work) => work() }),
      env: { XDG_CACHE_HOME: '/cache' },
    };
    const created = await create('--pack', `git+file://${folder}#main`, '--no-git', '--no-lock');
    expect(created.code, created.err).toBe(0);
    expect(read(`${ROOT}/.msvc/lock.yaml`)).toContain(`version: ${first}`);

    const second = save({ 'page/files/PAGE.md.hbs': 'Second\n' });
    world = { ...world, processes: createProcesses(process.env, { signal, guard: (work) => work() }), env: {} };
    expect(await msvc('sync', '--check')).toMatchObject({ code: 0 });
    expect((await msvc('update', '--no-lock')).code).toBe(0);
    expect(read(`${ROOT}/.msvc/lock.yaml`)).toContain(`version: ${second}`);
    expect(read(`${ROOT}/PAGE.md`)).toBe('Second\n');
  });
});

describe('msvc pack', () => {
  it('begins a pack that passes its own check and says what is wrong with one that does not', async () => {
    const begun = await runIn({ fs, cwd: '/disk', pack: FIRST_PACK }, 'msvc', 'pack', 'new', 'features');
    expect(begun.code, begun.err).toBe(0);
    expect(fs.readdirSync('/disk/features').sort()).toEqual(['README.md', 'feature.schema.json', 'service-owner']);
    expect(JSON.parse(read('/disk/features/feature.schema.json')).properties).toHaveProperty('contributes');
    const check = (): Promise<Outcome> =>
      runIn({ fs, cwd: '/disk', pack: FIRST_PACK }, 'msvc', 'pack', 'check', 'features', '--json');
    expect(JSON.parse((await check()).out)).toMatchObject({ features: ['service-owner'], unused: [], findings: [] });

    write('/disk/features', {
      'never/feature.yaml': 'description: d\nscope: service\nwhen: { broker: rabbitmq, database: none }\n',
      'root/feature.yaml': 'description: d\nscope: service\nwhen: { ci: gitlab, database: none }\n',
      'root/files/debug.Dockerfile': 'FROM python:latest\n',
    });
    const failed = await check();
    expect(failed.code).toBe(1);
    const report = JSON.parse(failed.out) as { unused: string[]; findings: { rule: string; file: string }[] };
    expect(report.unused).toEqual(['never']);
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        rule: 'dockerfile/base-image-tagged',
        file: expect.stringMatching(/debug\.Dockerfile$/),
      }),
    );
    expect((await runIn({ fs, cwd: '/disk', pack: FIRST_PACK }, 'msvc', 'pack', 'new', 'features')).code).toBe(2);
  });

  it('finds nothing in the example', async () => {
    const real = { fs: realFs as unknown as FileSystem, cwd: EXAMPLE };
    const { code, out, err } = await runIn(real, 'msvc', 'pack', 'check', '--json');
    expect(code, out + err).toBe(0);
    const report = JSON.parse(out) as { features: string[]; workspaces: number };
    expect(report.features).toEqual(['backstage-component', 'backstage-system', 'weekly-updates']);
    expect(report.workspaces).toBeGreaterThan(40);
  }, 600_000);

  it('publishes the schema that features are checked by', async () => {
    const { out } = await runIn({ fs, cwd: '/disk' }, 'msvc', 'schema', 'feature.yaml');
    expect(Object.keys(JSON.parse(out).properties).sort()).toEqual(Object.keys(featureSchema.shape).sort());
  });
});
