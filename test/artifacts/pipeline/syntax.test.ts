import { describe, expect, it } from 'vitest';
import { treeSource } from '../../../src/artifacts/file-source.ts';
import { workflowShape } from '../../../src/artifacts/pipeline/github-syntax.ts';
import { syntaxProblems } from '../../../src/artifacts/pipeline/syntax.ts';
import { openRepository } from '../../../src/artifacts/repository.ts';
import { treeOf } from '../../../src/tree/tree.ts';

async function workflow(text: string) {
  const repository = await openRepository(treeSource(treeOf({ '.github/workflows/ci.yml': text })));
  const [pipeline] = repository.pipelines;
  if (pipeline?.kind !== 'github-workflow') throw new Error('no workflow');
  return pipeline;
}

describe('the syntax of workflows', () => {
  it('names what differs, and leaves what is filled in later alone', async () => {
    const { root } = await workflow(
      [
        'on: { push: { branch: main } }',
        'jobs:',
        '  a:',
        '    runs-on: ${{ matrix.os }}',
        '    timeout-minutes: ${{ vars.MINUTES }}',
        '    continue-on-error: maybe',
        '    steps: { run: make }',
        '  b: { uses: ./.github/workflows/b.yml, steps: [] }',
      ].join('\n'),
    );
    const found = [...syntaxProblems(root, workflowShape)].map((problem) =>
      problem.kind === 'unknown-key'
        ? `${problem.kind} ${problem.entry.name} of ${problem.owner}`
        : problem.kind === 'missing-key'
          ? `${problem.kind} ${problem.name}`
          : `${problem.kind} ${problem.wanted}`,
    );
    expect(found).toEqual([
      'unknown-key branch of push',
      'wrong-value true or false',
      'wrong-kind no mapping',
      'unknown-key steps of a job that calls a workflow',
    ]);
  });

  it('knows which contexts each place may read', async () => {
    const { expressions } = await workflow(
      [
        'on: push',
        'env: { A: "${{ github.sha }}" }',
        'jobs:',
        '  a:',
        '    if: always()',
        '    runs-on: ubuntu-24.04',
        '    steps:',
        '      - run: echo ${{ runner.os }}',
        '        shell: ${{ matrix.shell }}',
      ].join('\n'),
    );
    const allowed = expressions.map(({ path, contexts, functions }) => [
      path.join('.'),
      [...contexts].sort().join(' '),
      [...functions].sort().join(' '),
    ]);
    expect(allowed).toEqual([
      ['env.A', 'github inputs secrets vars', ''],
      ['jobs.a.if', 'github inputs needs vars', 'always cancelled failure success'],
      ['jobs.a.steps.0.run', 'env github inputs job matrix needs runner secrets steps strategy vars', 'hashfiles'],
      ['jobs.a.steps.0.shell', '', ''],
    ]);
  });

  it('places each part of an expression exactly, in blocks and quotes too', async () => {
    const { expressions } = await workflow(
      [
        'on: push',
        'jobs:',
        '  a:',
        '    runs-on: "x\\t${{ github.ref }}"',
        '    steps:',
        '      - run: |',
        '          a',
        '          b ${{ github.sha }}',
        '',
      ].join('\n'),
    );
    expect(expressions.map((placed) => placed.file.slice(placed.range))).toEqual(['github.ref', 'github.sha']);
  });
});
