import { ListNode, MapNode, plainValue, ScalarNode, type YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const matrixConsistent = defineRule({
  id: 'pipeline/matrix-consistent',
  summary: 'A matrix names each value once and excludes only what is in it',
  severity: 'warning',
  preset: 'recommended',
  peers: ['actionlint:matrix'],
  why: 'A value that is given twice runs the same job twice. An exclusion that matches nothing, usually after the matrix was changed, excludes nothing, and the job that was to be left out runs.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix',
  messages: {
    twice: { text: 'The value {value} is in {key} twice', remedy: 'Remove one of the two.' },
    key: { text: 'The matrix has no {key} to exclude', remedy: 'Name a key of the matrix.' },
    value: {
      text: 'The matrix has no {key} {value} to exclude',
      remedy: 'Name a value of the matrix, or remove the exclusion.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              strategy:
                matrix:
                  python: ['3.13', '3.14', '3.14']
                  os: [linux]
                  exclude:
                    - python: '3.12'
                    - arch: arm64
              steps:
                - run: make test
        `,
        at: [7, 10, 11],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            strategy:
              matrix:
                python: ['3.13', '3.14']
                os: \${{ fromJSON(vars.SYSTEMS) }}
                config: [{ level: 1, deep: true }]
                exclude:
                  - python: '3.13'
                    os: windows
                  - config: { level: 1 }
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const { root } of pipeline.jobs) {
      const matrix = root.map('strategy', 'matrix');
      if (!matrix || [...matrix.entries.keys()].some((name) => name.includes('${{'))) continue;
      const axes = matrix.pairs().filter(({ name }) => name !== 'include' && name !== 'exclude');
      for (const { name, value } of axes) {
        if (!(value instanceof ListNode)) continue;
        const seen = new Set<string>();
        for (const item of value.items) {
          const text = written(item);
          if (seen.has(text) && !text.includes('${{')) report('twice', item, { value: shown(item), key: name });
          seen.add(text);
        }
      }
      if (axes.length === 0) continue;
      for (const item of matrix.list('exclude')) {
        for (const { name, key, value } of item.pairs()) {
          const axis = matrix.get(name);
          if (axis === undefined) report('key', key, { key: name });
          else if (axis instanceof ListNode && value instanceof ScalarNode && !isIn(value, axis)) {
            report('value', value, { key: name, value: value.source });
          }
        }
      }
    }
  },
});

function isIn(value: ScalarNode, axis: ListNode): boolean {
  if (value.source.includes('${{')) return true;
  return axis.items.some(
    (item) => !(item instanceof ScalarNode) || item.source === value.source || item.source.includes('${{'),
  );
}

function written(node: YamlNode): string {
  return node instanceof ScalarNode ? `${typeof node.value} ${node.source}` : JSON.stringify(plainValue(node));
}

function shown(node: YamlNode): string {
  return node instanceof ScalarNode ? node.source : node instanceof MapNode ? 'of a mapping' : 'of a list';
}
