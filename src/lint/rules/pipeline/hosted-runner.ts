import { ListNode, ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const hostedRunner = defineRule({
  id: 'pipeline/hosted-runner',
  summary: 'Jobs run on machines that are thrown away afterwards',
  severity: 'info',
  preset: 'all',
  peers: ['zizmor:self-hosted-runner'],
  why: 'A self-hosted runner keeps its disk between jobs. In a public repository anyone with a pull request can leave something behind that the next job, with its secrets, runs.',
  source: 'https://docs.github.com/en/actions/reference/security/secure-use#hardening-for-self-hosted-runners',
  messages: {
    own: {
      text: 'The job runs on a self-hosted runner',
      remedy: 'Use a hosted runner, or runners that live for one job.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: [self-hosted, linux]
              steps:
                - run: make test
        `,
        at: [4],
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
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const { root } of pipeline.jobs) {
      const runsOn = root.get('runs-on', 'labels') ?? root.get('runs-on');
      const labels = runsOn instanceof ListNode ? runsOn.items : runsOn instanceof ScalarNode ? [runsOn] : [];
      const own = labels.find((label) => label.string() === 'self-hosted');
      if (own) report('own', own);
    }
  },
});
