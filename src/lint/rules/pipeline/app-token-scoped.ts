import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

export const appTokenScoped = defineRule({
  id: 'pipeline/app-token-scoped',
  summary: 'The token of a GitHub App is for the repositories and permissions that are used, and ends with the job',
  severity: 'warning',
  preset: 'strict',
  peers: ['zizmor:github-app'],
  why: 'Without repositories or permissions the token may do everything that the app may, in every repository of the owner, and without revocation it lives on after the job.',
  source: 'https://docs.zizmor.sh/audits/#github-app',
  messages: {
    kept: { text: 'The token lives on after the job', remedy: 'Remove skip-token-revoke.' },
    everywhere: { text: 'The token is good for every repository of the owner', remedy: 'List the repositories.' },
    everything: {
      text: 'The token has every permission of the app',
      remedy: 'Set the permission- inputs that are needed.',
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
              steps:
                - uses: actions/create-github-app-token@67018539274d69449ef7c02e8e71183d1719ab42 # v2.1.4
                  with:
                    app-id: \${{ vars.APP_ID }}
                    private-key: \${{ secrets.APP_KEY }}
                    owner: acme
                    skip-token-revoke: true
        `,
        at: [6, 10, 11],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/create-github-app-token@67018539274d69449ef7c02e8e71183d1719ab42 # v2.1.4
                with:
                  app-id: \${{ vars.APP_ID }}
                  private-key: \${{ secrets.APP_KEY }}
                  owner: acme
                  repositories: shop
                  permission-contents: write
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { step } of githubSteps(pipeline)) {
      const given = step.root.map('with');
      if (actionOf(step) !== 'actions/create-github-app-token' || !step.uses || !given) continue;
      if (![...given.entries.keys()].some((name) => name.startsWith('permission-'))) report('everything', step.uses);
      const owner = given.entry('owner');
      if (owner && !given.get('repositories')) report('everywhere', owner.key);
      const skip = given.get('skip-token-revoke');
      if (skip?.text()?.toLowerCase() === 'true') report('kept', skip);
    }
  },
});
