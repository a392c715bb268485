import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { defaultConfig } from '../../src/lint/config.ts';
import { fullExample } from '../../src/lint/example.ts';
import { lint } from '../../src/lint/lint.ts';
import { loadRules } from '../../src/lint/rules/index.ts';
import { treeOf } from '../../src/tree/tree.ts';

/** `FUZZ_RUNS` and `FUZZ_SEED` widen the search beyond what the tests' time allows. */
const runs = Number(process.env.FUZZ_RUNS ?? 5000);
const seed = Number(process.env.FUZZ_SEED ?? 1);

const seeds = (await loadRules()).flatMap((rule) =>
  [...rule.examples.bad, ...rule.examples.good].map((example) => fullExample(rule.domain, example).files),
);

/** Pieces of text that parsers stumble over. */
const nasty = [
  ...[
    '\t',
    '\r',
    '\0',
    '\uFEFF',
    '\uD800',
    '${',
    '}',
    '{',
    '[',
    ']',
    '"',
    "'",
    '\\',
    '`',
    '#',
    '&a ',
    '*a',
    '<<: *a',
    '!!binary ',
    '|',
    '>-',
  ],
  ...[
    '<<EOF',
    '\n---\n',
    '\n...\n',
    '%YAML 1.3\n',
    '? ',
    ': ',
    '- ',
    '\\\n',
    '$(',
    '${{ ',
    ' }}',
    '!reference [a]',
    '"""',
    '$/',
    '/*',
    '//',
  ],
];

interface Mutation {
  readonly at: number;
  readonly length: number;
  readonly kind: 'delete' | 'insert' | 'double' | 'swap' | 'truncate';
  readonly piece: number;
}

const mutation = fc.record<Mutation>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(30),
  kind: fc.constantFrom('delete', 'insert', 'double', 'swap', 'truncate'),
  piece: fc.nat(1000),
});

function mutate(text: string, { at, length, kind, piece }: Mutation): string {
  const start = Math.floor(at * text.length);
  const end = Math.min(text.length, start + length);
  switch (kind) {
    case 'delete':
      return text.slice(0, start) + text.slice(end);
    case 'insert':
      return text.slice(0, start) + nasty[piece % nasty.length] + text.slice(start);
    case 'double':
      return text.slice(0, end) + text.slice(start, end).repeat(1 + (piece % 5)) + text.slice(end);
    case 'swap': {
      const lines = text.split('\n');
      const [first, second] = [piece % lines.length, Math.floor(at * (lines.length - 1))];
      return lines
        .map((line, index) => (index === first ? lines[second] : index === second ? lines[first] : line))
        .join('\n');
    }
    case 'truncate':
      return text.slice(0, start);
  }
}

const broken = fc
  .tuple(fc.constantFrom(...seeds), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([files, mutations]) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, mutations.reduce(mutate, text)])),
  );

async function run(files: Readonly<Record<string, string>>) {
  const repository = await openRepository(treeSource(treeOf(files)));
  const { findings } = await lint(repository, { config: { ...defaultConfig, preset: 'all' }, today: '2026-01-01' });
  return findings.map(({ where: _where, fix, ...finding }) => ({ ...finding, fix: fix.length }));
}

describe('broken files', () => {
  it('never crash or hang a run, nor make it say something outside of them, nor something else the second time', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (files) => {
        const findings = await run(files);
        for (const { file, line, column, endLine, endColumn } of findings) {
          const lines = (files[file]?.replace(/^\uFEFF/, '') ?? '').split(/\r\n|\n|\r/);
          expect(lines.length).toBeGreaterThanOrEqual(endLine);
          expect((lines[line - 1] ?? '').length + 2).toBeGreaterThanOrEqual(column);
          expect(line < endLine || (line === endLine && column <= endColumn)).toBe(true);
        }
        expect(await run(files)).toEqual(findings);
      }),
      { numRuns: runs, seed },
    );
  }, 600_000);
});

describe('hostile files', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`).join('\n')}\n`;
  it.each([
    ['an alias bomb', { 'compose.yaml': bomb }, 'compose/parses'],
    ['deep flow nesting', { 'compose.yaml': `a: ${'['.repeat(100_000)}` }, 'compose/parses'],
    [
      'deep block nesting',
      { 'compose.yaml': Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n') },
      'compose/parses',
    ],
    ['deep compact nesting', { 'compose.yaml': `${'- '.repeat(50_000)}a` }, 'compose/parses'],
    ['a NUL byte', { Dockerfile: 'FROM a:1\n\0\n' }, 'dockerfile/parses'],
    ['a huge file', { Dockerfile: `FROM a:1\n${'# x\n'.repeat(2_000_000)}` }, 'dockerfile/parses'],
    ['open braces', { Jenkinsfile: '{'.repeat(200_000) }, 'pipeline/parses'],
    ['a workflow that includes itself', { '.gitlab-ci.yml': 'include: { local: .gitlab-ci.yml }\n' }, undefined],
    ['a kustomization that includes itself', { 'kustomization.yaml': 'resources: [., ../]\n' }, undefined],
    ['a service that extends itself', { 'compose.yaml': 'services: { a: { extends: a } }\n' }, undefined],
    [
      'a job that extends itself',
      { '.gitlab-ci.yml': 'a: { extends: a, script: [!reference [a, script]] }\n' },
      undefined,
    ],
    ['a stage that builds on itself', { Dockerfile: 'FROM a AS a\nARG A=$A\nENV A=$A\nRUN $A\n' }, undefined],
  ])('is a finding at most: %s', async (_what, files, rule) => {
    const findings = await run(files);
    if (rule) expect(findings.map((finding) => finding.rule)).toContain(rule);
  });

  it('are those in other encodings', async () => {
    const text = 'FROM a:1\r\nADD b /c\r\n';
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const latin1 = Buffer.from('FROM a:1\n# \xe9\n', 'latin1');
    const tree = new Map([
      ['a/Dockerfile', { content: new Uint8Array(utf16), mode: 0o644 as const }],
      ['b/Dockerfile', { content: new Uint8Array(latin1), mode: 0o644 as const }],
    ]);
    const repository = await openRepository(treeSource(tree));
    expect(repository.dockerfiles[0]?.instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'ADD']);
    expect(repository.problems.map((problem) => `${problem.file.path} ${problem.message}`)).toEqual([
      'b/Dockerfile The file is not valid UTF-8',
    ]);
  });
});
