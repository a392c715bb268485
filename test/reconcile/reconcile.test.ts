import { describe, expect, it } from 'vitest';
import { blobId } from '../../src/reconcile/blob-id.ts';
import type { Operation } from '../../src/reconcile/plan.ts';
import { type BaseFile, reconcile } from '../../src/reconcile/reconcile.ts';
import type { FileMode, Tree, TreeFile } from '../../src/tree/tree.ts';
import { treeOf } from '../../src/tree/tree.ts';

const A = 'one\ntwo\nthree\nfour\nfive\n';
const A_EDITED = 'one\ntwo\nthree\nfour\nfive, mine\n';
const B = 'one, theirs\ntwo\nthree\nfour\nfive\n';
const BOTH = 'one, theirs\ntwo\nthree\nfour\nfive, mine\n';
const B_CLASHING = 'one\ntwo\nthree\nfour\nfive, theirs\n';

function baseOf(tree: Tree): ReadonlyMap<string, BaseFile> {
  return new Map([...tree].map(([path, file]) => [path, { id: blobId(file.content), mode: file.mode, file }]));
}

/** The operation for one path in the three states; undefined = no file. */
function verdict(base?: string, disk?: string, next?: string, path = 'file.txt'): Partial<Operation> | undefined {
  const tree = (text: string | undefined): Tree => treeOf(text === undefined ? {} : { [path]: text });
  const [operation] = reconcile({ base: baseOf(tree(base)), disk: tree(disk), next: tree(next) }).operations;
  if (operation === undefined) return undefined;
  return { verdict: operation.verdict, ...(operation.after === undefined ? {} : { after: operation.after }) };
}

const file = (content: string, mode: FileMode = 0o644): TreeFile => ({ content, mode });

describe('reconcile, path by path', () => {
  it.each<[string, string | undefined, string | undefined, string | undefined, unknown]>([
    ['new', undefined, undefined, B, { verdict: 'create', after: file(B) }],
    ['pristine, changed in the templates', A, A, B, { verdict: 'update', after: file(B) }],
    ['edited, changed in the templates', A, A_EDITED, B, { verdict: 'merge', after: file(BOTH) }],
    ['edited only', A, A_EDITED, A, { verdict: 'keep', after: file(A_EDITED) }],
    ['deleted by the user, changed in the templates', A, undefined, B, { verdict: 'stay-deleted' }],
    ['pristine, no longer generated', A, A, undefined, { verdict: 'delete' }],
    ['edited, no longer generated', A, A_EDITED, undefined, { verdict: 'release' }],
    ['not ours, in the way', undefined, A, B, { verdict: 'clash', after: file(B) }],
    ['not ours, but equal', undefined, B, B, { verdict: 'keep', after: file(B) }],
    ['nothing new', A, A, A, { verdict: 'keep', after: file(A) }],
    ['stays deleted', A, undefined, A, { verdict: 'keep' }],
    ['deleted on both sides', A, undefined, undefined, undefined],
    ['the user was first', A, B, B, { verdict: 'keep', after: file(B) }],
    ['not ours', undefined, A, undefined, undefined],
  ])('%s', (_name, base, disk, next, expected) => {
    expect(verdict(base, disk, next)).toEqual(expected);
  });

  it('shows a clash by markers of git, with all three sides', () => {
    const [operation] = reconcile({
      base: baseOf(treeOf({ a: A })),
      disk: treeOf({ a: A_EDITED }),
      next: treeOf({ a: B_CLASHING }),
    }).operations;
    expect(operation).toMatchObject({ verdict: 'conflict', conflicts: 1 });
    expect(operation?.after?.content).toBe(
      'one\ntwo\nthree\nfour\n<<<<<<< yours\nfive, mine\n||||||| as last generated\nfive\n=======\nfive, theirs\n>>>>>>> newly generated\n',
    );
  });

  it.each(['ours', 'theirs'] as const)('settles a clash for %s when asked to', (conflictStyle) => {
    const [operation] = reconcile({
      base: baseOf(treeOf({ a: A })),
      disk: treeOf({ a: A_EDITED }),
      next: treeOf({ a: B_CLASHING }),
      conflictStyle,
    }).operations;
    expect(operation?.after?.content).toBe(conflictStyle === 'ours' ? A_EDITED : B_CLASHING);
  });

  it("keeps Windows' line breaks of a checkout, and does not take them for edits", () => {
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    expect(verdict(A, windows(A), B)).toEqual({ verdict: 'update', after: file(windows(B)) });
    expect(verdict(A, windows(A), A)).toEqual({ verdict: 'keep', after: file(windows(A)) });
    expect(verdict(A, windows(A_EDITED), B)).toEqual({ verdict: 'merge', after: file(windows(BOTH)) });
    expect(verdict(A, windows(A), undefined)).toEqual({ verdict: 'delete' });
  });

  it('brings an executable bit, and keeps the one the user set', () => {
    const run = (base: FileMode, disk: FileMode, next: FileMode, diskText = A, nextText = A): Operation | undefined =>
      reconcile({
        base: new Map([['a', { id: blobId(A), mode: base, file: file(A, base) }]]),
        disk: new Map([['a', file(diskText, disk)]]),
        next: new Map([['a', file(nextText, next)]]),
      }).operations[0];
    expect(run(0o644, 0o644, 0o755)).toMatchObject({ verdict: 'update', after: file(A, 0o755) });
    expect(run(0o644, 0o755, 0o644)).toMatchObject({ verdict: 'keep', after: file(A, 0o755) });
    expect(run(0o644, 0o755, 0o644, A, B)).toMatchObject({ verdict: 'merge', after: file(B, 0o755) });
    expect(run(0o644, 0o644, 0o755, A_EDITED, A)).toMatchObject({ verdict: 'merge', after: file(A_EDITED, 0o755) });
  });

  it('does not merge bytes, nor what it cannot find the base of', () => {
    const bytes = (last: number): TreeFile => ({ content: new Uint8Array([0, 255, last]), mode: 0o644 });
    const binary = reconcile({
      base: new Map([['a', { id: blobId(bytes(1).content), mode: 0o644, file: bytes(1) }]]),
      disk: new Map([['a', bytes(2)]]),
      next: new Map([['a', bytes(3)]]),
    });
    expect(binary.operations[0]?.verdict).toBe('unmergeable');
    const lost = reconcile({
      base: new Map([['a', { id: blobId(A), mode: 0o644, file: undefined }]]),
      disk: treeOf({ a: A_EDITED }),
      next: treeOf({ a: B }),
    });
    expect(lost.operations[0]?.verdict).toBe('unmergeable');
  });

  it('moves a file with its edits', () => {
    const { operations } = reconcile({
      base: baseOf(treeOf({ 'old.txt': A })),
      disk: treeOf({ 'old.txt': A_EDITED }),
      next: treeOf({ 'new.txt': B }),
      moves: new Map([['old.txt', 'new.txt']]),
    });
    expect(operations).toEqual([
      { verdict: 'merge', path: 'new.txt', from: 'old.txt', before: file(A_EDITED), after: file(BOTH) },
    ]);
  });

  it('never moves over a file that is there', () => {
    const { operations } = reconcile({
      base: baseOf(treeOf({ 'old.txt': A })),
      disk: treeOf({ 'old.txt': A_EDITED, 'new.txt': 'mine' }),
      next: treeOf({ 'new.txt': B }),
      moves: new Map([['old.txt', 'new.txt']]),
    });
    expect(operations.map(({ verdict: found, path }) => [found, path])).toEqual([
      ['clash', 'new.txt'],
      ['release', 'old.txt'],
    ]);
  });
});
