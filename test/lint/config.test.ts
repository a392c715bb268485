import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../src/artifacts/source-file.ts';
import { parseYaml } from '../../src/artifacts/yaml/parse.ts';
import { readConfig } from '../../src/lint/read-config.ts';
import { UserError } from '../../src/tree/user-error.ts';
import { lintFiles, places } from '../support/lint-files.ts';

function config(text: string, others: Readonly<Record<string, string>> = {}) {
  const section = (path: string, content: string) => parseYaml(new SourceFile(path, content))[0]?.root?.get('lint');
  const root = section('msvc.yaml', text);
  if (!root) throw new Error('no section');
  return readConfig(root, (path) => {
    const content = others[path];
    return content === undefined ? undefined : section(path, content);
  });
}

const files = { Dockerfile: 'FROM a:1\nADD a /b\n', 'old/Dockerfile': 'FROM a:1\nADD a /b\n' };
const about = async (text: string) => {
  const result = await lintFiles(files, config(text));
  return result.findings
    .filter((finding) => finding.rule === 'dockerfile/copy-not-add')
    .map(({ file, severity }) => `${file} ${severity}`);
};

describe('the lint section', () => {
  it('sets severities, by id or by a peer', async () => {
    expect(await about('lint: { rules: { dockerfile/copy-not-add: error } }')).toEqual([
      'Dockerfile error',
      'old/Dockerfile error',
    ]);
    expect(await about('lint: { rules: { DL3020: off } }')).toEqual([]);
  });

  it('sets other severities for some paths', async () => {
    const text = 'lint: { overrides: [{ files: ["old/**"], rules: { dockerfile/copy-not-add: info } }] }';
    expect(await about(text)).toEqual(['Dockerfile warning', 'old/Dockerfile info']);
  });

  it('ignores paths', async () => {
    expect(await about('lint: { ignore: [old] }')).toEqual(['Dockerfile warning']);
  });

  it('extends other files', () => {
    const read = config('lint: { extends: base.yaml, rules: { a/b: off } }', {
      'base.yaml': 'lint: { preset: strict, rules: { a/b: error, c/d: info } }',
    });
    expect(read.preset).toBe('strict');
    expect([...read.rules].map(([name, { severity }]) => `${name} ${severity}`)).toEqual(['a/b off', 'c/d info']);
  });

  it.each([
    ['lint:\n  presets: strict\n', 'lint has no setting "presets"', 2, 3],
    ['lint:\n  rules:\n    a/b: loud\n', 'lint.rules.a/b', 3, 10],
  ])('says where a mistake is: %j', (text, message, line, column) => {
    let error: unknown;
    try {
      config(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(message);
    expect((error as UserError).place).toEqual({ file: 'msvc.yaml', line, column });
  });

  it('refuses a rule that does not exist', async () => {
    await expect(lintFiles(files, config('lint: { rules: { dockerfile/nonsense: off } }'))).rejects.toThrow(
      'There is no rule',
    );
  });
});

it('says nothing about a good repository', async () => {
  expect(places(await lintFiles({ 'README.md': '#' }))).toEqual([]);
});
