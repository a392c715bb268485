import { placeholders } from '../../../artifacts/pipeline/expression.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import type { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { type Edit, replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const conditionDecides = defineRule({
  id: 'pipeline/condition-decides',
  summary: 'A condition can be false',
  severity: 'error',
  preset: 'recommended',
  peers: ['zizmor:unsound-condition', 'actionlint:if-cond'],
  why: 'As soon as anything stands beside ${{ }}, even the line end of a block, the condition is a text, and every text that is not empty is true. The step that was to run on main alone then always runs.',
  source: 'https://docs.zizmor.sh/audits/#unsound-condition',
  messages: {
    newline: {
      text: 'The condition is always true, because it ends in a line end',
      remedy: 'Write |- or >-, or leave the braces out.',
    },
    text: {
      text: 'The condition is always true, because it has text beside the braces',
      remedy: 'Put the whole condition into one pair of braces, or leave them out.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            deploy:
              if: \${{ github.ref == 'refs/heads/main' }} && \${{ github.event_name == 'push' }}
              runs-on: ubuntu-24.04
              steps:
                - run: make deploy
                  if: |
                    \${{ github.actor == 'me' }}
        `,
        at: [4, 8],
        fixed: `
          on: push
          jobs:
            deploy:
              if: github.ref == 'refs/heads/main' && github.event_name == 'push'
              runs-on: ubuntu-24.04
              steps:
                - run: make deploy
                  if: |-
                    \${{ github.actor == 'me' }}
        `,
      },
    ],
    good: [
      `
        on: push
        jobs:
          deploy:
            if: \${{ github.ref == 'refs/heads/main' }}
            runs-on: ubuntu-24.04
            steps:
              - run: make deploy
                if: |
                  github.actor == 'me' &&
                  github.event_name == 'push'
              - run: make check
                if: "!cancelled()"
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    const seen = new Set<ScalarNode>();
    for (const { node, condition } of pipeline.expressions) {
      if (!condition || seen.has(node) || !node.source.includes('${{')) continue;
      seen.add(node);
      const [first, ...more] = placeholders(node.source);
      if (!first?.closed || more.some(({ closed }) => !closed)) continue;
      const outside = node.source.slice(0, first.start) + node.source.slice(first.end);
      if (more.length === 0 && outside === '') continue;
      if (more.length === 0 && outside.trim() === '') report('newline', node, {}, { fix: strip(node) });
      else report('text', node, {}, { fix: bare(node) });
    }
  },
});

/** Keeps the line end out of the block. */
function strip(node: ScalarNode): readonly Edit[] {
  const header = node.file.text.slice(node.range.start, node.range.start + 2);
  if (!/^[|>]\s$/.test(header)) return [];
  const { start } = node.range;
  return [replace({ file: node.file, range: { start, end: start + 1 } }, `${header[0]}-`)];
}

/** Leaves the braces out where only operators stand between them. */
function bare(node: ScalarNode): readonly Edit[] {
  const parts = placeholders(node.source);
  let rest = node.source;
  for (const { start, end } of [...parts].reverse()) rest = `${rest.slice(0, start)}x${rest.slice(end)}`;
  const simple = parts.every(({ inner }) => !/&&|\|\|/.test(node.source.slice(inner.start, inner.end)));
  if (node.style !== 'plain' || node.source.includes('\n') || !simple || !/^x(?:\s*(?:&&|\|\|)\s*x)+$/.test(rest))
    return [];
  const text = node.source.replace(/\$\{\{\s*|\s*\}\}/g, '');
  return /^[!'"[{&*]|: | #/.test(text) ? [] : [replace(node, text)];
}
