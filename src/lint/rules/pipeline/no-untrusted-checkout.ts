import { contextReads } from '../../../artifacts/pipeline/expression.ts';
import type { GithubStep } from '../../../artifacts/pipeline/pipeline.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const noUntrustedCheckout = defineRule({
  id: 'pipeline/no-untrusted-checkout',
  summary: 'A workflow with the rights of the repository does not check out a pull request',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'pull_request_target, workflow_run and issue_comment have the token and the secrets of the repository. After a checkout of the pull request its author decides what the next npm ci, make or pytest does with them.',
  source: 'https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/',
  messages: {
    checkout: {
      text: "The code of a pull request is checked out in a run that has the repository's rights",
      remedy: 'Run it by pull_request, and hand the result to a second workflow.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: pull_request_target
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                  with:
                    ref: \${{ github.event.pull_request.head.sha }}
                - run: make test
        `,
        at: [8],
      },
      {
        files: `
          on: issue_comment
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: gh pr checkout "$NUMBER" && make test
        `,
        at: [6],
      },
    ],
    good: [
      `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                with:
                  ref: \${{ github.event.pull_request.head.sha }}
      `,
      {
        files: `
          on: pull_request_target
          jobs:
            test:
              if: github.event.pull_request.head.repo.full_name == github.repository
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
                  with:
                    ref: \${{ github.event.pull_request.head.sha }}
        `,
        note: 'only for branches of the repository itself',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    const { triggers } = pipeline;
    if (!['pull_request_target', 'workflow_run', 'issue_comment'].some((name) => triggers.has(name))) return;
    const untrusted = new Set<YamlNode>();
    for (const { node, expression } of pipeline.expressions) {
      const reads = [...(expression ? contextReads(expression) : [])].map(({ path }) => path.join('.'));
      const head =
        /^github\.(?:head_ref$|event\.(?:pull_request\.(?:head\.|merge_commit_sha)|workflow_run\.(?:head_|pull_requests)))/;
      const merged = /refs\/pull\//.test(node.source) && reads.some((path) => /\.number$/.test(path));
      if (merged || reads.some((path) => head.test(path))) untrusted.add(node);
    }
    for (const job of pipeline.jobs) {
      if (isGuarded(job.root.text('if'))) continue;
      for (const step of job.steps) {
        if (isGuarded(step.root.text('if'))) continue;
        const ref = step.root.get('with', 'ref');
        if (actionOf(step) === 'actions/checkout' && ref && untrusted.has(ref)) report('checkout', ref);
        const command = checkoutCommand(step);
        if (command) report('checkout', command);
      }
    }
  },
});

/** A condition that lets only branches of the repository itself through. */
function isGuarded(condition: string | undefined): boolean {
  return /head\.repo(?:sitory)?\.(?:full_name|fork|owner)|head_repository|github\.event\.workflow_run\.event\s*==\s*'push'/.test(
    condition ?? '',
  );
}

function checkoutCommand({ script }: GithubStep) {
  const command = script?.commands.find(
    ({ words }) =>
      words
        .slice(0, 3)
        .map(({ value }) => value)
        .join(' ') === 'gh pr checkout',
  );
  return script && command && { file: script.file, range: command.range };
}
