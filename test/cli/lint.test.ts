import { execFileSync } from 'node:child_process';
import * as nodeFs from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createProcesses } from '../../src/cli/processes.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { emptyDisk, runIn } from '../support/cli.ts';

const dockerfile = 'FROM alpine:3.22\nADD app.py /app/\nUSER 10001\nCMD ["python3", "/app/app.py"]\n';
/** What the Dockerfile needs; the tests break it in one way each. */
const shop = { Dockerfile: dockerfile, 'app.py': 'x = 1\n', 'b.py': 'y = 1\n' };
const broken = 'services:\n  web: [\n';

const uninterrupted = { signal: new AbortController().signal, guard: <Result>(work: () => Promise<Result>) => work() };

function disk(files: Readonly<Record<string, string>>): FileSystem {
  return emptyDisk(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/disk/${path}`, text])));
}

function read(fs: FileSystem, path: string): string {
  return new TextDecoder().decode(fs.readFileSync(`/disk/${path}`));
}

function findings(json: string): readonly { rule: string; file: string; severity: string }[] {
  return (JSON.parse(json) as { findings: { rule: string; file: string; severity: string }[] }).findings;
}

describe('msvc lint', () => {
  it('exits 0 without findings, 1 with errors, 2 where it is called wrongly', async () => {
    expect((await runIn({ fs: disk({ 'README.md': '# x\n' }) }, 'msvc', 'lint')).code).toBe(0);
    expect((await runIn({ fs: disk({ 'compose.yaml': broken }) }, 'msvc', 'lint')).code).toBe(1);
    for (const wrong of [
      ['--format', 'nonsense'],
      ['--format', 'json', '--format', 'sarif'],
      ['--rule', 'no/such-rule=error'],
      ['--rule', 'dockerfile/copy-not-add=loud'],
      ['--max-warnings', 'many'],
      ['--baseline', 'absent.json'],
      ['--config', 'absent.yaml'],
      ['absent'],
      ['../outside'],
    ]) {
      const { code, out, err } = await runIn({ fs: disk(shop) }, 'msvc', 'lint', ...wrong);
      expect([wrong, code, out]).toEqual([wrong, 2, '']);
      expect(err).not.toBe('');
    }
  });

  it('fails on more warnings than are allowed', async () => {
    const fs = disk(shop);
    const { out, code } = await runIn({ fs }, 'msvc', 'lint', '--json', '--preset', 'all');
    const warnings = findings(out).filter(({ severity }) => severity === 'warning').length;
    expect([code, warnings > 0]).toEqual([0, true]);
    const allowed = async (count: number) =>
      (await runIn({ fs }, 'msvc', 'lint', '--preset', 'all', '--max-warnings', String(count))).code;
    expect([await allowed(warnings), await allowed(warnings - 1)]).toEqual([0, 1]);
  });

  it('writes several reports at once', async () => {
    const fs = disk(shop);
    const args = ['--format=pretty', '--format=sarif=a.sarif', '--format=junit=b.xml', '--format=json=c.json'];
    const { out } = await runIn({ fs }, 'msvc', 'lint', ...args);
    expect(out).toContain('dockerfile/copy-not-add');
    expect(JSON.parse(read(fs, 'a.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(read(fs, 'b.xml')).toContain('<testsuite');
    expect(findings(read(fs, 'c.json')).map(({ rule }) => rule)).toContain('dockerfile/copy-not-add');
  });

  it('reports only below the paths that are named', async () => {
    const fs = disk({ ...shop, 'a/Dockerfile': dockerfile, 'b/Dockerfile': dockerfile });
    const { out } = await runIn({ fs }, 'msvc', 'lint', 'b', '--json');
    expect(new Set(findings(out).map(({ file }) => file))).toEqual(new Set(['b/Dockerfile']));
  });

  it('fixes, and shows what it would fix', async () => {
    const fs = disk(shop);
    const dry = await runIn({ fs }, 'msvc', 'lint', '--fix', '--dry-run');
    expect(dry.err).toContain('-ADD app.py /app/\n+COPY app.py /app/\n');
    expect(read(fs, 'Dockerfile')).toBe(dockerfile);
    const fixed = await runIn({ fs }, 'msvc', 'lint', '--fix', '--json');
    expect(read(fs, 'Dockerfile')).toBe(dockerfile.replace('ADD', 'COPY'));
    expect(findings(fixed.out).map(({ rule }) => rule)).not.toContain('dockerfile/copy-not-add');
  });

  it('leaves out what the baseline knows, wherever it has moved to', async () => {
    const fs = disk(shop);
    expect((await runIn({ fs }, 'msvc', 'lint', '--update-baseline')).code).toBe(0);
    fs.writeFileSync('/disk/Dockerfile', `# one line further down\n\n${dockerfile}`);
    const known = await runIn({ fs }, 'msvc', 'lint', '--baseline', 'msvc-baseline.json', '--json');
    expect(findings(known.out)).toEqual([]);
    fs.writeFileSync('/disk/Dockerfile', dockerfile.replace('USER', 'ADD b.py /app/\nUSER'));
    const grown = await runIn({ fs }, 'msvc', 'lint', '--baseline', 'msvc-baseline.json', '--json');
    expect(findings(grown.out).map(({ rule }) => rule)).toEqual(['dockerfile/copy-not-add']);
  });

  it('reports what it may not read, and the rest', async () => {
    const fs = disk({ ...shop, 'compose.yaml': broken });
    const refusing: FileSystem = {
      ...(fs as FileSystem & object),
      lstatSync: (path) => fs.lstatSync(path),
      readdirSync: (path) => fs.readdirSync(path),
      readFileSync: (path) => {
        if (path.endsWith('compose.yaml')) throw new Error('EACCES');
        return fs.readFileSync(path);
      },
    };
    const { out, code } = await runIn({ fs: refusing }, 'msvc', 'lint', '--json');
    expect(code).toBe(1);
    expect(findings(out)).toMatchObject([
      { file: 'Dockerfile' },
      { file: 'compose.yaml', rule: 'compose/parses', message: 'The file cannot be read' },
    ]);
  });

  it('reports Python that Python would refuse, and no template of it', async () => {
    const fs = disk({
      'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n',
      'a.py': 'x = (1,\n\n\ndef f():\n    return x\n',
      'b.py': '{% if x %}\nimport y\n{% endif %}\n',
      'c.py': 'match = 1\nprint(f"{match!r:>{10}}")\n',
    });
    const { out, code } = await runIn({ fs }, 'msvc', 'lint', '--json');
    const broken = findings(out).filter(({ rule }) => rule === 'python/parses');
    expect([code, broken]).toMatchObject([1, [{ file: 'a.py', line: 1, column: 5 }]]);
  });
});

describe('msvc lint --cache', () => {
  /** A disk that counts what is read of it. */
  function counting(files: Readonly<Record<string, string>>) {
    const fs = disk(files);
    const written = vi.spyOn(fs, 'renameSync');
    const lint = (...args: readonly string[]) =>
      runIn({ fs, env: { HOME: '/home' } }, 'msvc', 'lint', '--cache', '--json', ...args);
    return { fs, written, lint };
  }

  afterEach(() => vi.restoreAllMocks());

  it('gives the same report, and lints again when anything that counts has changed', async () => {
    const { fs, written, lint } = counting({
      Dockerfile: dockerfile,
      'app.py': 'print(1)\n',
      '.dockerignore': '*.md\n',
    });
    const first = await lint();
    expect(findings(first.out)).not.toEqual([]);
    expect(await lint()).toEqual(first);
    expect(written).toHaveBeenCalledTimes(1);
    const sarif = await lint('--format=sarif=x.sarif');
    expect(sarif.code).toBe(first.code);
    fs.writeFileSync('/disk/Dockerfile', dockerfile.replace('ADD', 'ONLY'));
    expect(await lint()).not.toEqual(first);
    fs.writeFileSync('/disk/Dockerfile', dockerfile);
    await lint('--preset', 'strict');
    expect(written).toHaveBeenCalledTimes(3);
  });

  it('takes a broken cache for none, and lives without a place for one', async () => {
    const { fs, lint } = counting(shop);
    const first = await lint('--cache-file', '.lint.json');
    expect(read(fs, '.lint.json')).toContain('"listing"');
    expect(await lint('--cache-file', '.lint.json')).toEqual(first);
    fs.writeFileSync('/disk/.lint.json', '{"layout":1');
    expect(await lint('--cache-file', '.lint.json')).toEqual(first);
    expect(await runIn({ fs: disk(shop) }, 'msvc', 'lint', '--cache', '--json')).toEqual(first);
  });
});

describe('msvc lint --since', () => {
  const folder = mkdtempSync(join(tmpdir(), 'msvc-since-'));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('reports what a branch and the work on it changed, and nothing else', async () => {
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(join(folder, 'Dockerfile'), dockerfile);
    git('add', '-A');
    git('commit', '--quiet', '-m', 'a');
    git('checkout', '--quiet', '-b', 'work');
    const world = {
      fs: nodeFs as unknown as FileSystem,
      cwd: folder,
      processes: createProcesses(process.env, uninterrupted),
    };
    const lint = async () => findings((await runIn(world, 'msvc', 'lint', '--since', 'main', '--json')).out);
    expect(await lint()).toEqual([]);
    writeFileSync(join(folder, 'Dockerfile'), dockerfile.replace('USER', 'ADD b.py /app/\nUSER'));
    writeFileSync(join(folder, 'worker.Dockerfile'), dockerfile);
    const rules = (await lint()).filter(({ rule }) => rule === 'dockerfile/copy-not-add');
    expect(rules).toMatchObject([
      { file: 'Dockerfile', line: 3 },
      { file: 'worker.Dockerfile', line: 2 },
    ]);
    const unknown = await runIn(world, 'msvc', 'lint', '--since', 'nowhere');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('no common ancestor with nowhere')]);
  });
});
