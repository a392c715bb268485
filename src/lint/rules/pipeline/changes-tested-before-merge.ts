import { mayTest, runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';

export const changesTestedBeforeMerge = defineRule({
  id: 'pipeline/changes-tested-before-merge',
  summary: 'Changes are tested before they are merged',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Tests that run only on the default branch find the mistake when everybody already has it. On the pull request they find it while its author still looks at it.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request',
  messages: {
    late: {
      text: 'Tests run only after a change is merged',
      remedy: 'Add pull_request to the triggers of the workflow that tests.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
        `,
        at: [1],
      },
    ],
    good: [
      `
        on:
          push: { branches: [main] }
          pull_request:
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: pytest
      `,
      {
        files: {
          '.github/workflows/ci.yml': 'on: push\njobs: { test: { runs-on: ubuntu-24.04, steps: [{ run: pytest }] } }\n',
          '.github/workflows/release.yml':
            'on:\n  push: { branches: [main] }\njobs: { test: { runs-on: ubuntu-24.04, steps: [{ run: pytest }] } }\n',
        },
        note: 'A push to any branch will do.',
      },
    ],
  },
  check(pipeline, { report, repository }) {
    if (
      pipeline.kind !== 'github-workflow' ||
      repository.pipelines.some((other) => /^(?:gitlab|jenkins)$/.test(other.kind))
    )
      return;
    const testing = repository.pipelines.filter(
      (other) => other.kind === 'github-workflow' && jobGraph(other).jobs.some((job) => mayTest(job)),
    );
    if (testing.some((other) => other.kind === 'github-workflow' && isEarly(other))) return;
    const [first] = testing.filter((other) => jobGraph(other).jobs.some((job) => job.commands.some(runsTests)));
    const push = pipeline.triggers.get('push');
    if (first === pipeline && push?.get('branches') !== undefined)
      report('late', pipeline.root.entry('on')?.key ?? push);
  },
});

/** Whether a workflow may run for a change that is not merged yet. */
function isEarly({ triggers }: GithubWorkflow): boolean {
  const push = triggers.get('push');
  const anywhere = push !== undefined && push.get('branches') === undefined && push.get('tags') === undefined;
  const patterns = push?.list('branches').some((branch) => /[*!]/.test(branch.text() ?? '')) ?? false;
  return (
    anywhere ||
    patterns ||
    ['pull_request', 'pull_request_target', 'merge_group', 'workflow_call'].some((name) => triggers.has(name))
  );
}
