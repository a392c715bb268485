import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPTIONS } from '../../src/spec/options.ts';

const root = join(import.meta.dirname, '../..');
const CREATE = join(root, 'bin/create-microservice.js');
const MSVC = join(root, 'bin/msvc.js');
const isRoot = process.getuid?.() === 0;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminal-'));
});

afterAll(async () => {
  await chmod(join(folder, 'read-only'), 0o755).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program without a terminal, for half a minute at most. */
function run(command: string, args: readonly string[], { cwd = folder, env = {} }: Setting = {}): Promise<Ended> {
  const { NO_COLOR: _none, FORCE_COLOR: _forced, CI: _ci, ...rest } = process.env;
  return new Promise((resolve) => {
    const options = { cwd, env: { ...rest, ...env }, timeout: 600_000 };
    const child = execFile(command, args, options, (error: ExecFileException | null, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
    child.stdin?.end();
  });
}

const node = (program: string, args: readonly string[], setting?: Setting): Promise<Ended> =>
  run(process.execPath, [program, ...args], setting);

/** Runs the program on a terminal and types, each time a text has appeared. */
function type(steps: readonly (readonly [string, string])[], args: readonly string[], env = {}): Promise<Ended> {
  const pty = join(root, 'test/support/on_terminal.py');
  return run('python3', [pty, JSON.stringify(steps), process.execPath, ...args], { env: { TERM: 'xterm', ...env } });
}

const ENTER = '\r';
const ESCAPE = '\u001b';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

/** A folder with a program of that name, for PATH. */
async function fakeProgram(name: string, script: string): Promise<string> {
  const place = await mkdtemp(join(folder, 'bin-'));
  await writeFile(join(place, name), `#!/bin/sh\n${script}`, { mode: 0o755 });
  return place;
}

describe('on a terminal', () => {
  it('asks, goes back by Escape, and prints the command line that needs no questions', {
    timeout: 600_000,
  }, async () => {
    const steps = [
      ['Name of the service', `asked${ENTER}`],
      ['Database', `${DOWN}${ENTER}`],
      ['Python version', ESCAPE],
      ['Database', ENTER],
      ['Python version', ENTER],
    ] as const;
    // Everything but the database and the Python version is said by flags, whatever else may be chosen some day.
    const flags = OPTIONS.filter(({ name }) => name !== 'database' && name !== 'python').flatMap(
      ({ name, default: value }) => [`--${name}`, value],
    );
    const { code, out } = await type(steps, [
      CREATE,
      '--dir',
      join(folder, 'asked'),
      '--no-lock',
      '--no-git',
      ...flags,
    ]);
    expect(code, out).toBe(0);
    expect(out).toContain('The same without questions:');
    const line = /npx create-microservice (asked .*--yes)/.exec(out)?.[1] ?? '';
    expect((await node(CREATE, [...line.split(' '), '--dir', join(folder, 'again')])).code).toBe(0);
    const texts = ['asked', 'again'].map((name) => readFile(join(folder, name, 'msvc.yaml'), 'utf8'));
    const [asked, again] = await Promise.all(texts);
    expect(asked).toBe(again);
  });

  it('ends at Ctrl-C during a question, and writes nothing', { timeout: 600_000 }, async () => {
    const { code } = await type([['Name of the service', CTRL_C]], [CREATE, '--dir', join(folder, 'never')]);
    expect(code).toBe(130);
    expect(await readdir(folder)).not.toContain('never');
  });

  it.each(['CI', 'TERM'])('asks nothing where %s says that nobody answers', { timeout: 600_000 }, async (variable) => {
    const { code, out } = await type([], [CREATE], { [variable]: variable === 'CI' ? 'true' : 'dumb' });
    expect([code, out.includes('the name is missing')]).toEqual([2, true]);
  });

  it('colours for a terminal, unless NO_COLOR or --no-color says otherwise', { timeout: 600_000 }, async () => {
    const args = [CREATE, 'orders', '--dry-run', '--yes'];
    const escapes = new RegExp(`${ESCAPE}\\[3\\dm`);
    expect((await type([], args)).out).toMatch(escapes);
    expect((await type([], args, { NO_COLOR: '1' })).out).not.toMatch(escapes);
    expect((await type([], [...args, '--no-color'])).out).not.toMatch(escapes);
    expect((await node(CREATE, args.slice(1))).out).not.toMatch(escapes);
    expect((await node(CREATE, args.slice(1), { env: { FORCE_COLOR: '1' } })).out).toMatch(escapes);
  });
});

describe('interrupted by Ctrl-C', () => {
  const lockThatHangs = 'echo half > uv.lock\ntouch "$STARTED"\nexec sleep 30\n';

  /** Starts a program, sends SIGINT once its `uv lock` runs, and returns its exit code. */
  async function interruptLock(args: readonly string[], cwd: string): Promise<{ code: number; err: string }> {
    const place = await fakeProgram('uv', lockThatHangs);
    const started = join(place, 'started');
    const env = { ...process.env, PATH: `${place}:${process.env.PATH}`, STARTED: started };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += String(chunk);
    });
    for (let tries = 0; tries < 300 && !(await exists(started)); tries++) await wait(50);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    return { code, err };
  }

  it('leaves nothing of a service that was being created', { timeout: 600_000 }, async () => {
    const parent = join(folder, 'interrupted');
    await mkdir(parent);
    const { code, err } = await interruptLock([CREATE, 'orders', '--yes', '--dir', 'deep/er/orders'], parent);
    expect([code, await readdir(parent)], err).toEqual([130, []]);
    expect(err).toContain('everything is as it was before');
  });

  it('leaves what stood in the folder before', { timeout: 600_000 }, async () => {
    const place = join(folder, 'stood');
    await mkdir(place);
    await writeFile(join(place, 'notes.txt'), 'mine\n');
    expect((await interruptLock([CREATE, 'orders', '--yes', '--dir', '.'], place)).code).toBe(130);
    expect(await readdir(place)).toEqual(['notes.txt']);
  });

  it('leaves a workspace as it was', { timeout: 600_000 }, async () => {
    const place = join(folder, 'workspace');
    await node(CREATE, ['orders', '--yes', '--dir', place, '--no-lock', '--no-git', '--database', 'none']);
    await writeFile(join(place, 'uv.lock'), 'old\n');
    const before = await contentsOf(place);
    expect((await interruptLock([MSVC, 'set', 'database', 'sqlite'], place)).code).toBe(130);
    expect(await contentsOf(place)).toEqual(before);
    expect((await node(MSVC, ['sync', '--check'], { cwd: place })).code).toBe(0);
  });
});

describe('on the real disk', () => {
  const flags = ['--yes', '--no-lock', '--no-git'];

  it('creates in a path with spaces and unicode, and prints next steps that work when pasted', {
    timeout: 600_000,
  }, async () => {
    const { code, err } = await node(CREATE, ['orders', '--dir', "it's a – ü/orders", ...flags]);
    expect(code).toBe(0);
    const steps = err.split('\nNext:\n')[1] ?? '';
    const pasted = steps.replace('uv lock', 'true').replaceAll(/make (\w+)/g, 'make --dry-run $1');
    const shell = await run('bash', ['-euc', `${pasted}\npwd`]);
    expect(shell.code, shell.err).toBe(0);
    expect(shell.out).toContain("it's a – ü/orders");
  });

  it.each(['000', '077', '027'])('writes exact modes under umask %s', async (mask) => {
    const target = join(folder, `umask-${mask}`);
    const command = `umask ${mask}; "${process.execPath}" "${CREATE}" orders --dir "${target}" ${flags.join(' ')}`;
    expect((await run('sh', ['-c', command])).code).toBe(0);
    expect((await stat(join(target, 'README.md'))).mode & 0o777).toBe(0o644);
  });

  it.skipIf(isRoot)('refuses a folder that cannot be written, in words', async () => {
    await mkdir(join(folder, 'read-only'), { mode: 0o555 });
    const { code, err } = await node(CREATE, ['orders', '--dir', 'read-only/orders', ...flags]);
    expect([code, err]).toEqual([2, expect.stringContaining('permission is denied')]);
  });

  it('refuses a file system that takes nothing, in words', async () => {
    const { code, err } = await node(CREATE, ['orders', '--dir', '/proc/orders', ...flags]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error .*nothing was changed/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('follows a link to a folder', async () => {
    await mkdir(join(folder, 'target'));
    await symlink(join(folder, 'target'), join(folder, 'link'));
    expect((await node(CREATE, ['orders', '--dir', 'link', ...flags])).code).toBe(0);
    expect(await readdir(join(folder, 'target'))).toContain('pyproject.toml');
  });

  it('needs no terminal and does not wait for one', async () => {
    const { code, err } = await node(CREATE, []);
    expect([code, err]).toEqual([2, expect.stringContaining('the name is missing')]);
    expect((await node(CREATE, ['unasked', ...flags])).code).toBe(0);
  });
});

describe('msvc', () => {
  it.each([
    [['snyc'], 'Did you mean "sync"?'],
    [['sync', '--chek'], 'Did you mean --check?'],
    [['--frobnicate'], 'is no option of msvc'],
    [['sync', '--continue', '--abort'], 'cannot be used with'],
    [['sync'], 'no msvc.yaml here or above'],
  ])('%j exits with 2 and a line that helps', async (args, message) => {
    const { code, out, err } = await node(MSVC, args, { cwd: folder });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it.each(['bash', 'zsh', 'fish'])('prints a completion script that %s reads', async (shell) => {
    const { code, out } = await node(MSVC, ['completion', shell]);
    expect(code).toBe(0);
    const script = join(folder, `completion.${shell}`);
    await writeFile(script, out);
    const parsed = await run(shell, ['-n', script]);
    // A shell that is not installed here cannot be asked.
    if (parsed.code === -1 && shell !== 'bash') return;
    expect(parsed).toEqual({ code: 0, out: '', err: '' });
  });

  it('completes commands, flags and values in bash', async () => {
    const script = join(folder, 'completion.sh');
    await writeFile(script, (await node(MSVC, ['completion', 'bash'])).out);
    const complete = async (program: string, ...words: readonly string[]): Promise<readonly string[]> => {
      const body = `source '${script}'; COMP_WORDS=(${[program, ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _${program.replaceAll('-', '_')}_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await run('bash', ['-c', body])).out.trim().split('\n');
    };
    expect(await complete('msvc', 'sy')).toEqual(['sync']);
    expect(await complete('msvc', 'sync', '--ch')).toEqual(['--check']);
    expect(await complete('msvc', 'sync', '--conflict', '')).toEqual(['markers', 'ours', 'theirs']);
    expect(await complete('create-microservice', '--database', 's')).toEqual(['sqlite']);
  });
});

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Path → content of every file. */
async function contentsOf(place: string): Promise<Record<string, string>> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('.msvc/state'));
  const texts = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(place.length + 1), await readFile(path, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
