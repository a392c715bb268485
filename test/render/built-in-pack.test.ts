import { spawnSync } from 'node:child_process';
import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { builtinPack } from '../../src/cli/builtin-pack.ts';
import { render } from '../../src/render/render.ts';
import { checkSpec } from '../../src/spec/parse-spec.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { specArbitrary } from '../support/spec-arbitrary.ts';

/** Why a file is not what its name says; undefined where it is. */
function brokenBecause(path: string, content: string): string | undefined {
  try {
    // A chart's templates are no YAML until Helm has rendered them; the linter does that.
    if (path.includes('chart/templates/')) return undefined;
    if (/\.ya?ml$/.test(path)) return parseAllDocuments(content).flatMap(({ errors }) => errors)[0]?.message;
    if (path.endsWith('.json')) JSON.parse(content);
    if (path.endsWith('.toml')) parseToml(content);
    if (/(^|\/)Dockerfile$/.test(path)) DockerfileParser.parse(content);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

/** Syntax errors that Python itself finds in these sources. */
function pythonMistakes(sources: readonly string[]): string {
  const program = 'import ast, json, sys\nfor source in json.load(sys.stdin): ast.parse(source)';
  return spawnSync('python3', ['-c', program], { input: JSON.stringify(sources), encoding: 'utf8' }).stderr;
}

function broken(tree: Tree): readonly string[] {
  return [...tree].flatMap(([path, { content }]) => {
    if (typeof content !== 'string') return [];
    const reason = /\{\{[^}]*undefined/.test(content) ? 'holds "undefined"' : brokenBecause(path, content);
    return reason === undefined ? [] : [`${path}: ${reason}`];
  });
}

describe('the built-in pack', async () => {
  const pack = await builtinPack();

  it('renders every spec that is accepted into files that parse, the same bytes each time', () => {
    const python = new Set<string>();
    fc.assert(
      fc.property(specArbitrary(pack), (input) => {
        const workspace = checkSpec(input);
        const tree = render(workspace, pack, '1.0.0');
        expect(broken(tree)).toEqual([]);
        for (const [path, { content }] of tree) if (path.endsWith('.py')) python.add(String(content));
        expect([...render(workspace, pack, '1.0.0')]).toEqual([...tree]);
      }),
      { numRuns: 60 },
    );
    expect(pythonMistakes([...python])).toBe('');
  }, 600_000);

  it('brings a service that a person can start', () => {
    const tree = render(checkSpec({ version: 1, name: 'orders', services: { orders: { path: '.' } } }), pack, '1.0.0');
    for (const path of [
      'pyproject.toml',
      'Makefile',
      'README.md',
      'Dockerfile',
      'compose.yaml',
      'src/orders/main.py',
      '.gitignore',
    ]) {
      expect([...tree.keys()]).toContain(path);
    }
  });

  it('tells each platform where it looks who owns a service', () => {
    const tree = render(
      checkSpec({
        version: 1,
        name: 'shop',
        ci: ['github', 'gitlab'],
        owners: ['@acme/platform'],
        services: { orders: { owners: ['@acme/orders', 'o@example.org'] }, payments: {} },
      }),
      pack,
      '1.0.0',
    );
    const heading =
      '# Who reviews a change: the owners in msvc.yaml. Of the lines that fit a file the last one holds.\n';
    const own = '/services/orders/ @acme/orders o@example.org\n';
    expect(tree.get('.gitlab/CODEOWNERS')?.content).toBe(`${heading}* @acme/platform\n${own}`);
    expect(tree.get('.github/CODEOWNERS')?.content).toBe(
      `${heading}* @acme/platform\n${own}/.github/workflows/orders.yml @acme/orders o@example.org\n`,
    );
    const without = render(checkSpec({ version: 1, name: 'shop', services: { orders: {} } }), pack, '1.0.0');
    expect([...without.keys()].filter((path) => path.endsWith('CODEOWNERS'))).toEqual([]);
  });

  it('names each pin with its source', () => {
    const { images, actions, tools } = pack.versions;
    for (const [name, { source }] of Object.entries({ ...images, ...actions, ...tools }))
      expect(source, name).toMatch(/\S{4}/);
  });
});
