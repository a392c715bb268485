import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { actionOf, majorOf, versionOf } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

/** The first major version of an action that needs no runtime older than Node 20: OutdatedPopularActionSpecs of https://github.com/rhysd/actionlint (April 2026). */
const first: Readonly<Record<string, number>> = {
  'actions/cache': 4,
  'actions/checkout': 4,
  'actions/configure-pages': 4,
  'actions/delete-package-versions': 5,
  'actions/dependency-review-action': 4,
  'actions/deploy-pages': 2,
  'actions/download-artifact': 4,
  'actions/github-script': 7,
  'actions/labeler': 5,
  'actions/setup-dotnet': 4,
  'actions/setup-go': 5,
  'actions/setup-java': 4,
  'actions/setup-node': 4,
  'actions/setup-python': 5,
  'actions/stale': 9,
  'actions/upload-artifact': 4,
  'aws-actions/configure-aws-credentials': 4,
  'azure/login': 2,
  'codecov/codecov-action': 4,
  'docker/build-push-action': 5,
  'docker/login-action': 3,
  'docker/metadata-action': 5,
  'docker/setup-buildx-action': 3,
  'docker/setup-qemu-action': 3,
  'dorny/paths-filter': 3,
  'github/codeql-action/analyze': 3,
  'github/codeql-action/autobuild': 3,
  'github/codeql-action/init': 3,
  'golangci/golangci-lint-action': 4,
  'google-github-actions/auth': 2,
  'google-github-actions/setup-gcloud': 2,
  'goreleaser/goreleaser-action': 5,
  'peaceiris/actions-gh-pages': 4,
  'peter-evans/create-pull-request': 6,
  'release-drafter/release-drafter': 6,
  'shivammathur/setup-php': 2,
  'softprops/action-gh-release': 2,
  'swatinem/rust-cache': 2,
};

export const actionsNotOutdated = defineRule({
  id: 'pipeline/actions-not-outdated',
  summary: 'Actions run on a runtime that GitHub still has',
  severity: 'warning',
  preset: 'recommended',
  peers: ['actionlint:action'],
  why: 'Old versions of actions were written for Node 12 or 16, which GitHub has removed; they are run on another version than they were made for. The old artifact and cache actions talk to services that are switched off, and fail.',
  source: 'https://github.blog/changelog/2023-09-22-github-actions-transitioning-from-node-16-to-node-20/',
  messages: {
    outdated: { text: '{action} {version} needs a runtime that was removed', remedy: 'Use version {first} or later.' },
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
                - uses: actions/checkout@v3
                - uses: actions/upload-artifact@a8a3f3ad30e3422c9c7b888a15615d19a852ae32 # v3.1.3
        `,
        at: [6, 7],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - uses: actions/checkout@main
              - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { step } of githubSteps(pipeline)) {
      const action = actionOf(step);
      const least = first[action ?? ''];
      const version = step.uses && versionOf(step.uses);
      const major = majorOf(version);
      if (!step.uses || !action || !version || least === undefined || major === undefined || major >= least) continue;
      report('outdated', step.uses, { action, version, first: least });
    }
  },
});
