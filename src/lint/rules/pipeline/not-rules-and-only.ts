import { defineRule } from '../../rule.ts';

export const notRulesAndOnly = defineRule({
  id: 'pipeline/not-rules-and-only',
  summary: 'A job has rules, or only and except, never both',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'GitLab refuses a pipeline in which a job has `rules` beside `only` or `except`. It happens most often when a job with `rules` extends a template that still has `only`.',
  source: 'https://docs.gitlab.com/ci/yaml/#rules',
  messages: {
    both: { text: 'The job has rules and {keyword}, which GitLab refuses', remedy: 'Keep rules alone.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            .main:
              only: [main]
            release:
              extends: .main
              script: make release
              rules:
                - if: $CI_COMMIT_TAG
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            .main:
              only: [main]
            release:
              script: make release
              rules:
                - if: $CI_COMMIT_TAG
            lint:
              extends: .main
              script: make lint
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    for (const job of pipeline.jobs) {
      if (job.hidden || job.root.get('rules') === undefined) continue;
      for (const keyword of ['only', 'except']) {
        const entry = job.root.entry(keyword);
        if (!entry) continue;
        const related = [{ file: entry.key.file, range: entry.key.range, message: `${keyword} is written here` }];
        report('both', job, { keyword }, { related });
      }
    }
  },
});
