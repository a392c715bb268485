import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../src/artifacts/source-file.ts';
import { ListNode, MapNode } from '../../src/artifacts/yaml/node.ts';
import { parseYaml } from '../../src/artifacts/yaml/parse.ts';
import type { Edit } from '../../src/lint/edit.ts';
import { appendItem, removeItem, removeKey, setPath } from '../../src/lint/yaml-edit.ts';

function edit(text: string, change: (root: MapNode) => readonly Edit[]): string {
  const root = parseYaml(new SourceFile('a.yaml', text))[0]?.root;
  if (!(root instanceof MapNode)) throw new Error('no mapping');
  return change(root).reduceRight(
    (all, { range, text: part }) => all.slice(0, range.start) + part + all.slice(range.end),
    text,
  );
}

describe('setPath', () => {
  it.each([
    ['a new key', 'a: 1 # one\nb: 2\n', ['c'], '3', 'a: 1 # one\nb: 2\nc: 3\n'],
    ['a known key', 'a: 1 # one\n', ['a'], '2', 'a: 2 # one\n'],
    ['a key without a value', 'a:\nb: 1\n', ['a'], '2', 'a: 2\nb: 1\n'],
    ['a nested key', 'a:\n  b: 1\nc: 2\n', ['a', 'd'], 'x', 'a:\n  b: 1\n  d: x\nc: 2\n'],
    ['missing parents', 'a: 1\n', ['b', 'c', 'd'], 'true', 'a: 1\nb:\n  c:\n    d: true\n'],
    ['a parent without a value', 'a:\nb: 1\n', ['a', 'c'], 'true', 'a:\n  c: true\nb: 1\n'],
    ['the end without a line end', 'a: 1', ['b'], '2', 'a: 1\nb: 2'],
    ['CRLF', 'a: 1\r\n', ['b', 'c'], '2', 'a: 1\r\nb:\r\n  c: 2\r\n'],
    ['a flow mapping', 'a: { b: 1 }\n', ['a', 'c', 'd'], '2', 'a: { b: 1, c: { d: 2 } }\n'],
    ['an empty flow mapping', 'a: {}\n', ['a', 'b'], '2', 'a: { b: 2 }\n'],
    ['after a block scalar', 'a: |\n  x\n\nb: 1\n', ['c'], '2', 'a: |\n  x\n\nb: 1\nc: 2\n'],
  ])('sets %s', (_what, before, path, value, after) => {
    expect(edit(before, (root) => setPath(root, path, value))).toBe(after);
  });

  it('finds the indentation inside a list item', () => {
    const text = 'c:\n  - name: x\n    image: y\n  - name: z\n';
    const set = (root: MapNode) => setPath(root.get('c', 0) as MapNode, ['securityContext', 'privileged'], 'false');
    expect(edit(text, set)).toBe(
      'c:\n  - name: x\n    image: y\n    securityContext:\n      privileged: false\n  - name: z\n',
    );
  });

  it('leaves a mapping that comes from an anchor alone', () => {
    const text = 'x: &x\n  a: 1\ny:\n  <<: *x\n';
    expect(edit(text, (root) => setPath(root.get('y') as MapNode, ['a'], '2'))).toBe(text);
  });
});

describe('lists and removals', () => {
  it('appends an item', () => {
    expect(edit('a:\n  - x\nb: 1\n', (root) => appendItem(root.get('a') as ListNode, 'y'))).toBe(
      'a:\n  - x\n  - y\nb: 1\n',
    );
    expect(edit('a: [x]\n', (root) => appendItem(root.get('a') as ListNode, 'y'))).toBe('a: [x, y]\n');
  });

  it('removes an item or a key', () => {
    const remove = (root: MapNode) => {
      const list = root.get('a');
      const item = list?.get(0);
      return list instanceof ListNode && item ? removeItem(list, item) : [];
    };
    expect(edit('a:\n  - x\n  - y\n', remove)).toBe('a:\n  - y\n');
    expect(edit('a: 1\nb:\n  c: 2\nd: 3\n', (root) => removeKey(root, 'b'))).toBe('a: 1\nd: 3\n');
    expect(edit('a: 1\n', (root) => removeKey(root, 'a'))).toBe('a: 1\n');
  });
});
