import type { GithubJob } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';
import { addKeyAfter } from './_edits.ts';

export const jobTimeout = defineRule({
  id: 'pipeline/job-timeout',
  summary: 'A job has a time limit',
  severity: 'info',
  preset: 'recommended',
  peers: [],
  why: 'Without timeout-minutes GitHub stops a job that hangs only after six hours. It holds its place in the queue and is paid for until then, and a deployment behind it waits.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes',
  messages: { missing: { text: 'The job {job} may run for six hours', remedy: 'Set timeout-minutes.' } },
  options: {
    minutes: { type: 'number', default: 60, description: 'The limit that a fix sets, in minutes.' },
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
                - run: make test
        `,
        at: [3],
        fixed: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              timeout-minutes: 60
              steps:
                - run: make test
        `,
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            timeout-minutes: 10
            steps:
              - run: make test
          deploy:
            uses: ./.github/workflows/deploy.yml
          lint:
            runs-on: ubuntu-24.04
            steps:
              - run: make lint
                timeout-minutes: 5
      `,
    ],
  },
  check(pipeline, { report, options }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const job of pipeline.jobs) {
      if (job.steps.length === 0 || isLimited(job)) continue;
      report(
        'missing',
        job,
        { job: job.id },
        { fix: addKeyAfter(job.root, 'runs-on', `timeout-minutes: ${options.minutes}`) },
      );
    }
  },
});

function isLimited({ root, steps }: GithubJob): boolean {
  return (
    root.get('timeout-minutes') !== undefined || steps.every((step) => step.root.get('timeout-minutes') !== undefined)
  );
}
