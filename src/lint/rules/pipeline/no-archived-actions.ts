import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { parseUses } from '../../../artifacts/pipeline/uses.ts';
import { defineRule } from '../../rule.ts';

/** Repositories that are archived, from crates/zizmor/data/archived-repos.txt of https://github.com/zizmorcore/zizmor (August 2026). */
const archived = new Set([
  ...['8398a7/action-slack', 'actions-rs/audit-check', 'actions-rs/cargo', 'actions-rs/clippy-check'],
  ...['actions-rs/components-nightly', 'actions-rs/grcov', 'actions-rs/install', 'actions-rs/tarpaulin'],
  ...['actions-rs/toolchain', 'actions/create-release', 'actions/setup-elixir', 'actions/setup-haskell'],
  ...['actions/setup-ruby', 'actions/upload-release-asset', 'andrewmcodes-archive/rubocop-linter-action'],
  ...['azure/appservice-actions', 'azure/container-actions', 'azure/container-scan', 'azure/get-keyvault-secrets'],
  ...['azure/k8s-actions', 'azure/manage-azure-policy', 'azure/webapps-container-deploy', 'cirrus-actions/rebase'],
  ...[
    'contributor-assistant/github-action',
    'convictional/trigger-workflow-and-wait',
    'crazy-max/ghaction-docker-buildx',
  ],
  ...['datreeio/datree', 'expo/expo-preview-action', 'google/mirror-branch-action', 'gradle/gradle-build-action'],
  ...['grafana/k6-action', 'hashicorp/terraform-cdk-action', 'ilshidur/action-slack', 'jakejarvis/s3-sync-action'],
  ...['marvinpinto/action-automatic-releases', 'marvinpinto/actions', 'mikepenz/gradle-dependency-submission'],
  ...['paambaati/codeclimate-action', 'repo-sync/pull-request', 'sagebind/docker-swarm-deploy-action'],
  ...['scottbrenner/generate-changelog-action', 'secrethub/actions', 'semgrep/semgrep-action'],
  ...[
    'sonarsource/sonarcloud-github-action',
    'stefanprodan/kube-tools',
    'technote-space/auto-cancel-redundant-workflow',
  ],
  ...['technote-space/get-diff-action', 'tenable/terrascan', 'tibdex/github-app-token', 'youyo/aws-cdk-github-actions'],
]);

export const noArchivedActions = defineRule({
  id: 'pipeline/no-archived-actions',
  summary: 'Actions are still looked after',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:archived-uses'],
  why: 'The repository of an archived action takes no fixes any more. A hole that is found in it, or in what it carries along, stays open, and one day the runtime that it needs is removed.',
  source: 'https://docs.zizmor.sh/audits/#archived-uses',
  messages: {
    archived: {
      text: 'The repository {repository} is archived',
      remedy: 'Use an action that is looked after, or a command.',
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
                - uses: actions/create-release@v1
                - uses: actions-rs/toolchain@16499b5e05bf2e26879000db0c1d13f7e13fa3af # v1.0.7
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
              - run: gh release create "$TAG"
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { step } of githubSteps(pipeline)) {
      const uses = parseUses(step.uses?.string());
      if (step.uses && uses?.kind === 'repository' && archived.has(uses.repository))
        report('archived', step.uses, { repository: uses.repository });
    }
  },
});
