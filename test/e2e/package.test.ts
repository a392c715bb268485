import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };

let folder = '';
let installed = '';
let tarball = '';

beforeAll(async () => {
  expect(existsSync(join(root, 'dist/main.cjs')), 'npm run build comes first').toBe(true);
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  tarball = join(folder, (JSON.parse(stdout) as [{ filename: string }])[0].filename);
  installed = join(folder, 'an empty folder');
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{ "private": true }\n');
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', tarball], {
    cwd: installed,
  });
}, 600_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a bin as npm linked it. */
async function bin(name: string, args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  return run(join(installed, 'node_modules/.bin', name), args, { cwd, env: { ...process.env, NO_COLOR: '1' } });
}

describe('the package, installed from its tarball into an empty folder', () => {
  it('is at most five packages and 8 MB', async () => {
    const lock = JSON.parse(await readFile(join(installed, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages).filter((path) => path !== '').length).toBeLessThanOrEqual(5);
    expect(await sizeOf(join(installed, 'node_modules'))).toBeLessThan(8_000_000);
  });

  it('prints its version from both bins', async () => {
    for (const name of ['create-microservice', 'msvc']) {
      expect((await bin(name, ['--version'], installed)).stdout).toBe(`${version}\n`);
    }
  });

  it('creates a service, lints it clean and sees no drift', async () => {
    const { stderr } = await bin(
      'create-microservice',
      ['orders', '--yes', '--python', '3.11', '--no-lock', '--no-git'],
      folder,
    );
    expect(stderr).toMatch(/^✓ orders: \d+ new/);
    const orders = join(folder, 'orders');
    const { stdout } = await bin('msvc', ['lint', '--format', 'json'], orders).catch(
      (error: unknown) => error as never,
    );
    const { findings, summary } = JSON.parse(stdout) as { findings: { rule: string }[]; summary: { files: number } };
    expect(summary.files).toBeGreaterThan(10);
    // Without a lock file, the rules about lock files may speak.
    expect(findings.filter(({ rule }) => !/lock/.test(rule))).toEqual([]);
    expect((await bin('msvc', ['sync', '--check'], orders)).stderr).toBe('The files are what msvc.yaml says.\n');
  });

  it('loads every command, with its help', async () => {
    const { stdout } = await bin('msvc', ['--help'], installed);
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) /gm)].flatMap((match) => match[1] ?? []);
    expect(commands.length).toBeGreaterThan(15);
    const helps = await Promise.all(
      commands.filter((name) => name !== 'help').map((name) => bin('msvc', [name, '--help'], installed)),
    );
    for (const help of helps) expect(help.stdout).toMatch(/^Usage: msvc [a-z-]+ /);
  });

  it('offers what a lint plugin needs', async () => {
    const code = "const lint = await import('create-microservice/lint'); console.log(Object.keys(lint).sort().join());";
    const { stdout } = await run('node', ['--input-type=module', '-e', code], { cwd: installed });
    expect(stdout).toContain('defineRule');
  });

  it('carries the licences of what is bundled', async () => {
    const notices = await readFile(join(installed, 'node_modules/create-microservice/dist/THIRD-PARTY-NOTICES.txt'));
    for (const name of ['commander', 'handlebars', 'yaml', 'zod', 'execa']) expect(String(notices)).toContain(name);
    expect((await readdir(join(installed, 'node_modules/create-microservice'))).sort()).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'bin', 'dist', 'package.json']),
    );
  });

  it('satisfies publint', async () => {
    const { messages } = await publint({ pkgDir: join(installed, 'node_modules/create-microservice'), strict: true });
    expect(messages).toEqual([]);
  });
});

async function sizeOf(path: string): Promise<number> {
  const status = await stat(path);
  if (!status.isDirectory()) return status.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
