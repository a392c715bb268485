import { type Expression, subexpressions } from '../../../artifacts/pipeline/expression.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { defineRule } from '../../rule.ts';

export const ternarySound = defineRule({
  id: 'pipeline/ternary-sound',
  summary: 'Each value of a choice can be chosen',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:unsound-ternary'],
  why: "In condition && '' || 'other' the empty text counts as false, so the result is always 'other'. The same is true of 0, false and null.",
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators',
  messages: {
    never: { text: 'The value {value} is never the result', remedy: 'Turn the condition around, or use case().' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
                  env:
                    FLAGS: \${{ github.ref == 'refs/heads/main' && '' || '--fast' }}
        `,
        at: [8],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
                env:
                  FLAGS: \${{ github.ref != 'refs/heads/main' && '--fast' || '' }}
                  LEVEL: \${{ inputs.level || '' }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const { expression, at, node } of pipeline.expressions) {
      for (const part of expression ? subexpressions(expression) : []) {
        if (
          part.kind !== 'binary' ||
          part.operator !== '||' ||
          part.left.kind !== 'binary' ||
          part.left.operator !== '&&'
        )
          continue;
        const { right } = part.left;
        if (isFalse(right) && !isFalse(part.right))
          report('never', at(right), { value: node.source.slice(right.start, right.end) });
      }
    }
  },
});

function isFalse(expression: Expression): boolean {
  return (
    expression.kind === 'literal' &&
    (expression.value === '' || expression.value === 0 || expression.value === false || expression.value === null)
  );
}
