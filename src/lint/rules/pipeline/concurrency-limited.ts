import type { GithubJob, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';
import { addKeyBefore } from './_edits.ts';

const deployed = /^(?:prod|production|live|staging|stage)(?:$|[-_/])/i;

export const concurrencyLimited = defineRule({
  id: 'pipeline/concurrency-limited',
  summary: 'Runs that a newer one replaces are cancelled, and deployments wait for each other',
  severity: 'info',
  preset: 'strict',
  peers: ['zizmor:concurrency-limits'],
  why: 'Without concurrency each push to a pull request adds a run beside those that nobody waits for any more. Two deployments to the same environment may overtake each other, and the older version wins.',
  source:
    'https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency',
  messages: {
    outdated: {
      text: 'Outdated runs of a pull request go on',
      remedy: 'Set concurrency with cancel-in-progress for the workflow.',
    },
    racing: {
      text: 'Two runs may deploy to {environment} at the same time',
      remedy: 'Set concurrency for the job, without cancel-in-progress.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: [push, pull_request]
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [1],
        fixed: `
          on: [push, pull_request]
          concurrency:
            group: \${{ github.workflow }}-\${{ github.event.pull_request.number || github.run_id }}
            cancel-in-progress: true

          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
      },
      {
        files: `
          on: push
          jobs:
            deploy:
              environment: production
              runs-on: ubuntu-24.04
              steps:
                - run: make deploy
        `,
        at: [4],
      },
    ],
    good: [
      `
        on: pull_request
        concurrency:
          group: \${{ github.workflow }}-\${{ github.ref }}
          cancel-in-progress: true
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
      {
        files: `
          on: release
          jobs:
            publish:
              environment: pypi
              runs-on: ubuntu-24.04
              steps:
                - run: make publish
        `,
        note: 'an environment that holds a secret, not one that is deployed to',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || pipeline.root.get('concurrency')) return;
    const trigger = pipeline.triggers.has('pull_request') ? pipeline.root.entry('on') : undefined;
    if (trigger && !pipeline.jobs.every(({ root }) => root.get('concurrency'))) {
      report(
        'outdated',
        trigger.key,
        {},
        { fix: pipeline.jobs.some(({ root }) => root.get('concurrency')) ? [] : limit(pipeline) },
      );
    }
    for (const job of pipeline.jobs) {
      const environment = environmentOf(job);
      const name = environment?.string();
      if (!environment || name === undefined || !deployed.test(name) || job.root.get('concurrency')) continue;
      report('racing', environment, { environment: name });
    }
  },
});

/** Pushes keep a group of their own each, so that none of them is ever skipped. */
function limit({ root }: GithubWorkflow) {
  return addKeyBefore(
    root,
    'jobs',
    'concurrency:',
    '  group: ${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}',
    '  cancel-in-progress: true',
  );
}

function environmentOf({ root }: GithubJob) {
  return root.get('environment', 'name') ?? root.get('environment');
}
