import { memfs } from 'memfs';
import { describe, expect, it } from 'vitest';
import { applyChanges, type Change, lastApply, recover, takeBack } from '../../src/tree/apply.ts';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { readTree } from '../../src/tree/read-tree.ts';
import { UserError } from '../../src/tree/user-error.ts';
import { faulty, killedAt, systemError } from '../support/faulty-file-system.ts';

const BEFORE = { 'README.md': 'mine\n', 'old/gone.txt': 'goes\n', 'run.sh': 'echo 1\n', 'keep/this.txt': 'stays\n' };

const CHANGES: readonly Change[] = [
  { path: 'README.md', after: { content: 'theirs\n', mode: 0o644 } },
  { path: 'old/gone.txt', after: undefined },
  { path: 'run.sh', after: { content: 'echo 2\n', mode: 0o755 } },
  { path: 'deep/er/new file ü.txt', after: { content: 'new\n', mode: 0o644 } },
  { path: 'blob', after: { content: new Uint8Array([0, 255, 1]), mode: 0o644 } },
];

function disk(files: Record<string, string> = BEFORE): FileSystem {
  return memfs(files, '/disk').fs as unknown as FileSystem;
}

/** Path → mode and content of all but our own state. */
function snapshot(fs: FileSystem, root = '/disk'): Record<string, string> {
  const tree = readTree(fs, root, (path) => path === '.msvc/state');
  return Object.fromEntries(
    [...tree].map(([path, { content, mode }]) => [
      path,
      `${mode.toString(8)} ${typeof content === 'string' ? content : [...content]}`,
    ]),
  );
}

function foldersOf(fs: FileSystem, root: string): readonly string[] {
  return fs.readdirSync(root).flatMap((name) => {
    const path = `${root}/${name}`;
    return path !== '/disk/.msvc' && fs.lstatSync(path).isDirectory() ? [path, ...foldersOf(fs, path)] : [];
  });
}

const AFTER = (() => {
  const fs = disk();
  applyChanges(fs, '/disk', CHANGES, 'test');
  return snapshot(fs);
})();

describe('applyChanges', () => {
  it('writes, replaces and deletes with exact modes, and removes folders it emptied', () => {
    const fs = disk();
    applyChanges(fs, '/disk', CHANGES, 'test');
    expect(snapshot(fs)).toEqual({
      'README.md': '644 theirs\n',
      blob: '644 0,255,1',
      'deep/er/new file ü.txt': '644 new\n',
      'keep/this.txt': '644 stays\n',
      'run.sh': '755 echo 2\n',
    });
    expect(foldersOf(fs, '/disk')).toEqual(['/disk/deep', '/disk/deep/er', '/disk/keep']);
  });

  it('keeps what it replaced, for undo', () => {
    const fs = disk();
    applyChanges(fs, '/disk', CHANGES, 'test');
    const last = lastApply(fs, '/disk');
    expect(last?.label).toBe('test');
    expect(last?.before).toContainEqual({ path: 'README.md', after: { content: 'mine\n', mode: 0o644 } });
    expect(last?.before).toContainEqual({ path: 'blob', after: undefined });
  });

  it('restores what another program wrote afterwards, and takes that for no edit', () => {
    const fs = disk({ ...BEFORE, 'uv.lock': 'old\n' });
    const old = snapshot(fs);
    const lock = { content: 'old\n', mode: 0o644 } as const;
    const changes: readonly Change[] = [
      ...CHANGES,
      { path: 'uv.lock', after: lock, volatile: true },
      { path: 'a/uv.lock', after: undefined, volatile: true },
    ];
    applyChanges(fs, '/disk', changes, 'test');
    fs.writeFileSync('/disk/uv.lock', 'new\n');
    fs.mkdirSync('/disk/a');
    fs.writeFileSync('/disk/a/uv.lock', 'new\n');
    expect(lastApply(fs, '/disk')?.editedSince).toEqual([]);
    takeBack(fs, '/disk');
    expect(snapshot(fs)).toEqual(old);
    expect(lastApply(fs, '/disk')).toBeUndefined();
    expect(foldersOf(fs, '/disk')).toEqual(['/disk/keep', '/disk/old']);
  });

  it('leaves the old state or the new when it is killed at any operation, and the next run settles it', () => {
    const counting = faulty(disk(), () => undefined);
    applyChanges(counting.fs, '/disk', CHANGES, 'test');
    expect(counting.count()).toBeGreaterThan(15);
    const old = snapshot(disk());
    for (let at = 0; at < counting.count(); at++) {
      const fs = disk();
      expect(() => applyChanges(killedAt(fs, at), '/disk', CHANGES, 'test')).toThrow();
      recover(fs, '/disk');
      const found = snapshot(fs);
      expect([old, AFTER], `killed at ${at}`).toContainEqual(found);
      if (found['README.md'] === old['README.md']) expect(foldersOf(fs, '/disk')).toEqual(['/disk/keep', '/disk/old']);
      applyChanges(fs, '/disk', CHANGES, 'again');
      expect(snapshot(fs), `again after ${at}`).toEqual(AFTER);
    }
  });

  it('settles it also when the roll-back itself is killed at any operation', () => {
    const old = snapshot(disk());
    for (let at = 8; at < 40; at++) {
      for (let second = 0; second < 25; second += 1) {
        const fs = disk();
        try {
          applyChanges(killedAt(fs, at), '/disk', CHANGES, 'test');
        } catch {}
        try {
          recover(killedAt(fs, second), '/disk');
        } catch {}
        recover(fs, '/disk');
        expect([old, AFTER], `killed at ${at}, then at ${second}`).toContainEqual(snapshot(fs));
      }
    }
  });

  it.each(['ENOSPC', 'EROFS', 'EACCES', 'EIO'])('rolls back at once when one operation fails with %s', (code) => {
    const counting = faulty(disk(), () => undefined);
    applyChanges(counting.fs, '/disk', CHANGES, 'test');
    const old = snapshot(disk());
    for (let at = 0; at < counting.count(); at++) {
      const fs = disk();
      const broken = faulty(fs, (operation) => {
        if (operation === at) throw systemError(code);
      });
      expect(() => applyChanges(broken.fs, '/disk', CHANGES, 'test')).toThrow(code === 'EIO' ? Error : UserError);
      expect(snapshot(fs), `${code} at ${at}`).toEqual(old);
    }
  });

  it('makes the target folder, and takes it away again when nothing came of it', () => {
    const fs = disk({});
    fs.mkdirSync('/disk', { recursive: true });
    const change = { path: 'a.txt', after: { content: 'a', mode: 0o644 } } as const;
    const broken = faulty(fs, (_operation, name) => {
      if (name === 'writeFileSync') throw systemError('ENOSPC');
    });
    expect(() => applyChanges(broken.fs, '/disk/a b/ü', [change], 'test')).toThrow(
      'nothing was changed: the disk is full',
    );
    expect(fs.readdirSync('/disk')).toEqual([]);
    applyChanges(fs, '/disk/a b/ü', [change], 'test');
    expect(snapshot(fs, '/disk/a b/ü')).toMatchObject({ 'a.txt': '644 a' });
  });

  it('never writes through or over a symbolic link, nor over a folder', () => {
    const { fs } = memfs({ '/disk/folder/a': '', '/outside/b': 'theirs' });
    fs.symlinkSync('/outside', '/disk/link');
    const port = fs as unknown as FileSystem;
    for (const path of ['link/b', 'link', 'folder', 'folder/a/below']) {
      const change = { path, after: { content: 'x', mode: 0o644 } } as const;
      expect(() => applyChanges(port, '/disk', [change], 'test'), path).toThrow('is in its way');
    }
    expect(fs.readFileSync('/outside/b', 'utf8')).toBe('theirs');
    expect(fs.existsSync('/disk/.msvc')).toBe(false);
  });

  it('refuses a path that leaves the folder', () => {
    const change = { path: '../x', after: { content: 'x', mode: 0o644 } } as const;
    expect(() => applyChanges(disk(), '/disk', [change], 'test')).toThrow('not a path inside');
  });
});
