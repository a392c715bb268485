import { describe, expect, it } from 'vitest';
import { ignoredBy, parseIgnoreFile } from '../../../src/artifacts/dockerfile/ignore-file.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';

function ignored(text: string, path: string): boolean {
  return ignoredBy(path, parseIgnoreFile(new SourceFile('.dockerignore', text))) !== undefined;
}

/** The rows say what https://docs.docker.com/build/concepts/context/#syntax says. */
describe('an ignore file', () => {
  it.each([
    ['*/temp*', 'somedir/temporary.txt', true],
    ['*/temp*', 'temporary.txt', false],
    ['*/*/temp*', 'somedir/subdir/temporary.txt', true],
    ['temp?', 'tempa', true],
    ['temp?', 'temp', false],
    ['temp?', 'dir/tempa', false],
    ['foo', 'dir/foo', false],
    ['/foo/', 'foo/bar', true],
    ['./foo//bar', 'foo/bar', true],
    ['**/*.go', 'main.go', true],
    ['**/*.go', 'a/b/main.go', true],
    ['foo/**', 'foo/a/b', true],
    ['foo/**/bar', 'foo/bar', true],
    ['*.md\n!README.md', 'README.md', false],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
    ['*.md\nREADME-secret.md\n!README*.md', 'README-secret.md', false],
    ['# foo\n\n  foo  \r\n', 'foo', true],
    ['#foo', '#foo', false],
    ['[a-c].txt', 'b.txt', true],
    ['a\\*b', 'a*b', true],
    ['a.b', 'axb', false],
    ['*\n!src', 'src/main.py', false],
    ['*\n!src/main.py', 'src', false],
    ['*\n!other/main.py', 'src', true],
    ['.', 'src', false],
    ['a[', 'a[', true],
  ])('%j for %s: %s', (text, path, expected) => {
    expect(ignored(text, path)).toBe(expected);
  });

  it('names the line', () => {
    const file = new SourceFile('.dockerignore', 'docs\nbuild\n');
    expect(ignoredBy('build/x', parseIgnoreFile(file))).toMatchObject({ text: 'build', range: { start: 5, end: 10 } });
  });
});
