import { contextReads } from '../../../artifacts/pipeline/expression.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { defineRule } from '../../rule.ts';

export const noWholeSecrets = defineRule({
  id: 'pipeline/no-whole-secrets',
  summary: 'A job is given single secrets, not all of them',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:overprovisioned-secrets'],
  why: 'toJSON(secrets), or a secret whose name is computed, sends every secret of the repository and the organization to the runner, where each step and each action of the job can take them.',
  source: 'https://docs.zizmor.sh/audits/#overprovisioned-secrets',
  messages: {
    all: { text: 'The job is given every secret', remedy: 'Name the secrets that are used.' },
    computed: {
      text: 'The job is given every secret, because the name is computed',
      remedy: 'Name each secret, for example in a condition.',
    },
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
                    ALL: \${{ toJSON(secrets) }}
                    ONE: \${{ secrets[format('TOKEN_{0}', matrix.stage)] }}
        `,
        at: [8, 9],
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
                  TOKEN: \${{ secrets.TOKEN || secrets['OTHER'] }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const { expression, at } of pipeline.expressions) {
      for (const read of expression ? contextReads(expression) : []) {
        if (read.path[0] !== 'secrets') continue;
        if (read.path.length === 1) report('all', at(read));
        else if (read.path[1] === '*') report('computed', at(read));
      }
    }
  },
});
