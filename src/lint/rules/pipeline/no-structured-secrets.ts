import { contextReads, subexpressions } from '../../../artifacts/pipeline/expression.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { defineRule } from '../../rule.ts';

export const noStructuredSecrets = defineRule({
  id: 'pipeline/no-structured-secrets',
  summary: 'A secret holds one value, so that logs hide it',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:unredacted-secrets'],
  why: 'GitHub hides the exact text of a secret in logs. A part that is taken out of it with fromJSON is another text, and is printed in the clear.',
  source: 'https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information',
  messages: {
    part: { text: 'A part of a secret is not hidden in logs', remedy: 'Store each value as a secret of its own.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: scripts/deploy
                  env:
                    PASSWORD: \${{ fromJSON(secrets.ACCOUNT).password }}
        `,
        at: [8],
      },
    ],
    good: [
      `
        on: push
        jobs:
          deploy:
            runs-on: ubuntu-24.04
            steps:
              - run: scripts/deploy
                env:
                  PASSWORD: \${{ secrets.PASSWORD }}
                  LEVEL: \${{ fromJSON(vars.SETTINGS).level }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const { expression, at } of pipeline.expressions) {
      for (const part of expression ? subexpressions(expression) : []) {
        if (part.kind !== 'call' || part.name.toLowerCase() !== 'fromjson') continue;
        if ([...contextReads(part)].some(({ path }) => path[0] === 'secrets')) report('part', at(part));
      }
    }
  },
});
