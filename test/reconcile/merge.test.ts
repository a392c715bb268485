import { describe, expect, it } from 'vitest';
import { mergeText } from '../../src/reconcile/merge.ts';

describe('mergeText', () => {
  it('keeps both additions to one place of a YAML list, and the comments', () => {
    const merged = mergeText('a.yaml', {
      base: 'steps:\n  - a\n  - z\n',
      ours: '# mine\nsteps:\n  - a\n  - c\n  - z\n',
      theirs: 'steps:\n  - a\n  - b\n  - z\n',
    });
    expect(merged).toEqual({ text: '# mine\nsteps:\n  - a\n  - b\n  - c\n  - z\n', conflicts: 0 });
  });

  it('merges YAML by key where the lines clash', () => {
    const merged = mergeText('compose.yaml', {
      base: 'services:\n  orders:\n    image: a\n',
      ours: 'services:\n  orders:\n    image: a\n  mine: # keep me\n    image: m\n',
      theirs: 'services:\n  orders:\n    image: a\n  redis:\n    image: r\n',
    });
    expect(merged.conflicts).toBe(0);
    expect(merged.text).toContain('# keep me');
    expect(merged.text).toContain('redis:\n    image: r');
  });

  it('takes a newer value under the comment that stood at the older one', () => {
    const merged = mergeText('a.yaml', { base: 'a: 1\nb: 2\n', ours: 'a: 1 # mine\nb: 2\n', theirs: 'a: 9\nb: 2\n' });
    expect(merged).toEqual({ text: 'a: 9 # mine\nb: 2\n', conflicts: 0 });
  });

  it('shows a clash rather than losing a comment with the key it hangs on', () => {
    const merged = mergeText('a.yaml', {
      base: 'a:\n  b: 1\nc: 2\n',
      ours: 'a:\n  # mine\n  b: 1\nc: 2\n',
      theirs: 'c: 2\n',
    });
    expect(merged.conflicts).toBe(1);
    expect(merged.text).toContain('# mine');
  });

  it('shows a clash of one YAML value by markers', () => {
    const merged = mergeText('a.yaml', { base: 'a: 1\n', ours: 'a: 2\n', theirs: 'a: 3\n' });
    expect(merged.conflicts).toBe(1);
    expect(merged.text).toContain(
      '<<<<<<< yours\na: 2\n||||||| as last generated\na: 1\n=======\na: 3\n>>>>>>> newly generated\n',
    );
  });

  it('takes no merge by lines that adds a key twice', () => {
    const merged = mergeText('a.yaml', {
      base: 'a: 1\nb: 2\nc: 3\nd: 4\n',
      ours: 'x: 1\na: 1\nb: 2\nc: 3\nd: 4\n',
      theirs: 'a: 1\nb: 2\nc: 3\nd: 4\nx: 2\n',
    });
    expect(merged.conflicts).toBe(1);
  });

  it('merges JSON by key and keeps its indentation', () => {
    const merged = mergeText('a.json', {
      base: '{\n    "a": 1\n}\n',
      ours: '{\n    "a": 1,\n    "mine": true\n}\n',
      theirs: '{\n    "a": 1,\n    "theirs": true\n}\n',
    });
    expect(merged).toEqual({ text: '{\n    "a": 1,\n    "mine": true,\n    "theirs": true\n}\n', conflicts: 0 });
  });

  it('keeps both dependencies that were added to one place of a pyproject', () => {
    const merged = mergeText('pyproject.toml', {
      base: 'dependencies = [\n  "fastapi>=1",\n  "uvicorn>=1",\n]\n',
      ours: 'dependencies = [\n  "fastapi>=1",\n  "numpy>=2", \n  "uvicorn>=1",\n]\n'.replace(', \n', ',\n'),
      theirs: 'dependencies = [\n  "fastapi>=1",\n  "faststream>=0.7",\n  "uvicorn>=1",\n]\n',
    });
    expect(merged).toEqual({
      text: 'dependencies = [\n  "fastapi>=1",\n  "faststream>=0.7",\n  "numpy>=2",\n  "uvicorn>=1",\n]\n',
      conflicts: 0,
    });
  });

  it('reports a merge by lines that is clean, but no TOML', () => {
    const merged = mergeText('a.toml', {
      base: '[a]\nx = 1\n\n\n\n[z]\ny = 1\n',
      ours: '[b]\nq = 1\n[a]\nx = 1\n\n\n\n[z]\ny = 1\n',
      theirs: '[a]\nx = 1\n\n\n\n[z]\ny = 1\n[b]\nq = 2\n',
    });
    expect(merged.conflicts).toBe(1);
    expect(merged.text).toContain('<<<<<<< yours');
  });

  it('does not let a key of an object reach the prototype', () => {
    const text = '{"__proto__": {"polluted": 1}}';
    mergeText('a.json', { base: '{}', ours: text, theirs: '{"b": 1}' });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('counts the clashes of a text', () => {
    const lines = ['a', '1', '2', '3', '4', 'b', ''];
    const edit = (suffix: string): string => lines.map((line) => (/[ab]/.test(line) ? line + suffix : line)).join('\n');
    expect(mergeText('a.py', { base: edit(''), ours: edit('x'), theirs: edit('y') }).conflicts).toBe(2);
  });
});
