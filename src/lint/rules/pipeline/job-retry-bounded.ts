import { defineRule } from '../../rule.ts';

export const jobRetryBounded = defineRule({
  id: 'pipeline/job-retry-bounded',
  summary: 'A job is retried at most twice',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'GitLab takes 0, 1 or 2 for `retry` and refuses the whole pipeline for any other number.',
  source: 'https://docs.gitlab.com/ci/yaml/#retry',
  messages: {
    tooMany: { text: 'The job is retried {count} times, and GitLab takes 2 at most', remedy: 'Use 1 or 2.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              retry: 3
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              retry:
                max: 5
                when: runner_system_failure
            unit:
              script: make test
            lint:
              script: make lint
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              retry:
                max: 2
                when: runner_system_failure
              script: make test
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const seen = new Set<unknown>();
    for (const { root } of pipeline.jobs) {
      const node = root.get('retry', 'max') ?? root.get('retry');
      const count = node?.number();
      if (node === undefined || count === undefined || count <= 2 || seen.has(node)) continue;
      seen.add(node);
      report('tooMany', node, { count });
    }
  },
});
