import { describe, expect, it } from 'vitest';
import { lintFiles, places } from '../support/lint-files.ts';

/** Only the rule at hand and the suppressions' own speak. */
async function lint(dockerfile: string, today?: string, preset: 'recommended' | 'strict' = 'recommended') {
  const result = await lintFiles({ Dockerfile: dockerfile }, { preset }, today);
  return places(result).filter((place) => /copy-not-add|suppression/.test(place));
}

describe('suppression', () => {
  it('holds for the next line that says something', async () => {
    expect(await lint('FROM a:1\n# msvc-ignore dockerfile/copy-not-add -- why\n# more\nADD a /b\nADD a /b\n')).toEqual([
      'dockerfile/copy-not-add Dockerfile:5',
    ]);
  });

  it('accepts a peer by its id', async () => {
    expect(await lint('FROM a:1\n# msvc-ignore DL3020 -- why\nADD a /b\n')).toEqual([]);
  });

  it('holds for a file', async () => {
    expect(await lint('# msvc-ignore-file dockerfile/copy-not-add -- why\nFROM a:1\nADD a /b\nADD a /b\n')).toEqual([]);
  });

  it('holds for a whole instruction', async () => {
    expect(await lint('FROM a:1\n# msvc-ignore dockerfile/copy-not-add -- why\nADD \\\n  a /b\nADD c /d\n')).toEqual([
      'dockerfile/copy-not-add Dockerfile:5',
    ]);
  });

  it('is reported when it suppresses nothing', async () => {
    expect(await lint('FROM a:1\n# msvc-ignore dockerfile/copy-not-add -- why\nCOPY a /b\n')).toEqual([
      'suppression/used Dockerfile:2',
    ]);
  });

  it('is reported when it names no rule', async () => {
    expect(await lint('FROM a:1\n# msvc-ignore DL0000 -- why\nCOPY a /b\n')).toEqual([
      'suppression/names-a-rule Dockerfile:2',
    ]);
  });

  it('expires', async () => {
    const text = 'FROM a:1\n# msvc-ignore DL3020 until 2027-01-31 -- why\nADD a /b\n';
    expect(await lint(text, '2027-01-30')).toEqual([]);
    expect(await lint(text, '2027-01-31')).toEqual([
      'suppression/not-expired Dockerfile:2',
      'dockerfile/copy-not-add Dockerfile:3',
    ]);
  });

  it('needs a reason at strict', async () => {
    const text = 'FROM a:1\n# msvc-ignore DL3020\nADD a /b\n';
    expect(await lint(text)).toEqual([]);
    expect(await lint(text, undefined, 'strict')).toEqual(['suppression/has-reason Dockerfile:2']);
  });

  it.each([
    ['hadolint', '# hadolint ignore=DL3020\nADD a /b\n'],
    ['hadolint, for the file', 'RUN a\n# hadolint global ignore=DL3020,DL3008\nADD a /b\n'],
  ])('honours %s', async (_tool, text) => {
    expect(await lint(`FROM a:1\n${text}`)).toEqual([]);
  });
});
