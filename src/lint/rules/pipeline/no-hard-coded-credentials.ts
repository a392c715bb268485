import { defineRule } from '../../rule.ts';

export const noHardCodedCredentials = defineRule({
  id: 'pipeline/no-hard-coded-credentials',
  summary: 'The password of a registry is not in the workflow',
  severity: 'error',
  preset: 'recommended',
  peers: ['zizmor:hardcoded-container-credentials', 'actionlint:credentials'],
  why: 'Whoever can read the repository can read its workflows, and a password that was once committed stays in the history.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainercredentials',
  messages: {
    password: {
      text: 'The password is written in the workflow',
      remedy: 'Store it as a secret, and replace the password itself.',
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
              container:
                image: registry.example.com/test:1.2
                credentials:
                  username: robot
                  password: hunter2
              services:
                db:
                  image: registry.example.com/db:1.2
                  credentials:
                    username: robot
                    password: hunter2
              steps:
                - run: make test
        `,
        at: [9, 15],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/test:1.2
              credentials:
                username: robot
                password: \${{ secrets.REGISTRY_PASSWORD }}
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const { root } of pipeline.jobs) {
      for (const container of [root.get('container'), ...root.pairs('services').map(({ value }) => value)]) {
        const password = container?.get('credentials', 'password');
        const text = password?.text();
        if (password && text !== undefined && text !== '' && !text.includes('${{')) report('password', password);
      }
    }
  },
});
