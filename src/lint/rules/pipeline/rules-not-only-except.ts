import { defineRule } from '../../rule.ts';

export const rulesNotOnlyExcept = defineRule({
  id: 'pipeline/rules-not-only-except',
  summary: 'Jobs are chosen by rules, not by only and except',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'GitLab has deprecated `only` and `except`. Their defaults differ from those of `rules` (a job without either is left out of merge request pipelines), so a file that mixes both runs two half pipelines for one push.',
  source: 'https://docs.gitlab.com/ci/yaml/deprecated_keywords/#only--except',
  messages: {
    deprecated: { text: '{keyword} is deprecated', remedy: 'Say it with rules.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            release:
              script: make release
              only: [tags]
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            .quiet:
              except: [schedules]
            lint:
              extends: .quiet
              script: make lint
            unit:
              extends: .quiet
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
        note: 'Said once, where it is written.',
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            release:
              script: make release
              rules:
                - if: $CI_COMMIT_TAG
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const seen = new Set<unknown>();
    for (const { root } of pipeline.jobs) {
      for (const keyword of ['only', 'except']) {
        const entry = root.entry(keyword);
        if (!entry || seen.has(entry.key)) continue;
        seen.add(entry.key);
        report('deprecated', entry.key, { keyword });
      }
    }
  },
});
