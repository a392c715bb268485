import type { GithubJob } from '../../../artifacts/pipeline/pipeline.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { isHarmless } from './_token.ts';

/** Actions that commit and push with the credentials that the checkout left. */
const pushers =
  /^(?:peter-evans\/create-pull-request|stefanzweifel\/git-auto-commit-action|endbug\/add-and-commit|ad-m\/github-push-action|changesets\/action|cycjimmy\/semantic-release-action|python-semantic-release\/python-semantic-release|helm\/chart-releaser-action)$/;
const remote = /^(?:push|fetch|pull|clone|submodule|ls-remote|remote|lfs|subtree)$/;

export const noPersistedCredentials = defineRule({
  id: 'pipeline/no-persisted-credentials',
  summary: 'A checkout does not leave the token on the disk',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:artipacked'],
  why: 'By default actions/checkout writes the token into the configuration of git. Every later step of the job can read it, and an artifact made of the folder carries it out of the repository.',
  source: 'https://docs.zizmor.sh/audits/#artipacked',
  messages: {
    kept: {
      text: 'The checkout keeps the token for all later steps',
      remedy: 'Set persist-credentials: false, or true where a later step uses git with it.',
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
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                - run: uv run pytest
        `,
        at: [6],
        fixed: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                  with:
                    persist-credentials: false
                - run: uv run pytest
        `,
      },
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                  with:
                    fetch-depth: 0
                - run: make release
        `,
        at: [6],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                with:
                  persist-credentials: false
          release:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
              - run: |
                  git tag v1
                  git push --tags
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const job of pipeline.jobs) {
      if (usesCredentials(job)) continue;
      for (const step of job.steps) {
        if (actionOf(step) !== 'actions/checkout' || !step.uses || step.root.get('with', 'persist-credentials'))
          continue;
        const safe = job.steps.every(isHarmless);
        report(
          'kept',
          step.uses,
          {},
          { fix: safe ? setPath(step.root, ['with', 'persist-credentials'], 'false') : [] },
        );
      }
    }
  },
});

/** Whether a step visibly talks to the remote with git. */
function usesCredentials({ steps }: GithubJob): boolean {
  return steps.some(
    (step) =>
      pushers.test(actionOf(step) ?? '') ||
      step.script?.commands.some(
        ({ name, args }) => name === 'git' && args.some(({ value }) => remote.test(value ?? '')),
      ),
  );
}
