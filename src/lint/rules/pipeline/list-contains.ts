import { pathOf, subexpressions } from '../../../artifacts/pipeline/expression.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { defineRule } from '../../rule.ts';

const chosen = /^(?:github\.(?:actor|base_ref|head_ref|ref|ref_name|triggering_actor)|inputs\.|env\.)/;

export const listContains = defineRule({
  id: 'pipeline/list-contains',
  summary: 'A value is looked up in a list, not in a text that holds several',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:unsound-contains'],
  why: "contains('refs/heads/main refs/heads/develop', github.ref) asks for a part of the text: a branch named mai passes as well, and so does everything that this guards.",
  source: 'https://docs.zizmor.sh/audits/#unsound-contains',
  messages: {
    text: {
      text: 'A part of one of the values is enough here',
      remedy: 'Use contains(fromJSON(…), …) with a list, or compare with ==.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            deploy:
              if: contains('refs/heads/main refs/heads/develop', github.ref)
              runs-on: ubuntu-24.04
              steps:
                - run: make deploy
        `,
        at: [4],
      },
    ],
    good: [
      `
        on: push
        jobs:
          deploy:
            if: contains(fromJSON('["refs/heads/main", "refs/heads/develop"]'), github.ref) || contains(github.ref, 'release')
            runs-on: ubuntu-24.04
            steps:
              - run: make deploy
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const { expression, at } of pipeline.expressions) {
      for (const part of expression ? subexpressions(expression) : []) {
        if (part.kind !== 'call' || part.name.toLowerCase() !== 'contains') continue;
        const [within, wanted] = part.args;
        const path = wanted && pathOf(wanted)?.path.join('.');
        const several = within?.kind === 'literal' && typeof within.value === 'string';
        if (several && path !== undefined && chosen.test(path)) report('text', at(part));
      }
    }
  },
});
