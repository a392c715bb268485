import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

/** The code blocks of the page, in their order. */
async function codeOf(language: string): Promise<readonly string[]> {
  const page = await readFile(join(root, 'docs/linting.md'), 'utf8');
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');
}

describe('the example of docs/linting.md', () => {
  beforeAll(async () => {
    const built = await access(join(root, 'dist/lint.js')).then(
      () => true,
      () => false,
    );
    if (!built) await run('node', ['scripts/build.mjs'], { cwd: root });
    folder = await mkdtemp(join(tmpdir(), 'msvc-plugin-'));
    const [rule = '', itsTest = ''] = await codeOf('js');
    await mkdir(join(folder, 'lint-rules'));
    await mkdir(join(folder, 'node_modules'));
    await symlink(root, join(folder, 'node_modules/create-microservice'), 'junction');
    await writeFile(join(folder, 'lint-rules/our-registry.mjs'), rule);
    await writeFile(join(folder, 'lint-rules/our-registry.test.mjs'), itsTest);
    await writeFile(join(folder, 'msvc.yaml'), 'lint: { plugins: [./lint-rules] }\n');
    await writeFile(join(folder, 'Dockerfile'), 'FROM docker.io/library/python:3.14-slim\nUSER 10001\nCMD ["true"]\n');
  }, 600_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reports in a real run', async () => {
    const failed = await run('node', [join(root, 'bin/msvc.js'), 'lint', '--json'], { cwd: folder }).catch(
      (error: { code: number; stdout: string }) => error,
    );
    const { findings } = JSON.parse(failed.stdout) as { findings: readonly object[] };
    expect(failed).toMatchObject({ code: 1 });
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'dockerfile/our-registry',
        line: 1,
        message: 'docker.io/library/python:3.14-slim is not ours',
      }),
    );
  }, 600_000);

  it('passes its own test', async () => {
    const { stdout } = await run('node', ['--test', 'lint-rules/'], { cwd: folder });
    expect(stdout).toContain('# pass 1');
  }, 600_000);
});
