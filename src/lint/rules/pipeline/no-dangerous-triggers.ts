import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

/** Actions that talk to the API alone and neither check out nor run anything. */
const apiOnly = new Set([
  ...['actions/labeler', 'actions/stale', 'actions/first-interaction', 'actions/add-to-project'],
  ...['amannn/action-semantic-pull-request', 'release-drafter/release-drafter', 'dessant/lock-threads'],
  ...['eps1lon/actions-label-merge-conflict', 'toshimaru/auto-author-assign', 'kentaro-m/auto-assign-action'],
  ...['contributor-assistant/github-action', 'mheap/github-action-required-labels'],
]);

export const noDangerousTriggers = defineRule({
  id: 'pipeline/no-dangerous-triggers',
  summary: 'No workflow with the rights of the repository is started by strangers',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:dangerous-triggers'],
  why: 'pull_request_target and workflow_run start with the token and the secrets of the repository, although anyone with a fork can start them. A file, a branch name or an artifact of the pull request is then enough to take them over.',
  source: 'https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/',
  messages: {
    trigger: {
      text: '{event} runs with secrets, and strangers can start it',
      remedy: 'Use pull_request, or workflow_call in place of workflow_run.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            pull_request_target:
            workflow_run:
              workflows: [ci]
          jobs:
            comment:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                - run: scripts/comment
        `,
        at: [2, 3],
      },
    ],
    good: [
      `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
      {
        files: `
          on: pull_request_target
          jobs:
            label:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/labeler@634933edcd8ababfe52f92936142cc22ac488b1b # v6.0.1
        `,
        note: 'nothing of the pull request is read or run',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || isApiOnly(pipeline)) return;
    for (const event of ['pull_request_target', 'workflow_run']) {
      const node = pipeline.triggers.get(event);
      if (node) report('trigger', pipeline.root.entry('on', event)?.key ?? node, { event });
    }
  },
});

function isApiOnly({ jobs }: GithubWorkflow): boolean {
  return jobs.every(({ root, steps }) => !root.get('uses') && steps.every((step) => apiOnly.has(actionOf(step) ?? '')));
}
