import { defineRule } from '../../rule.ts';
import { hasComment } from './_gitlab.ts';

export const allowFailureWithReason = defineRule({
  id: 'pipeline/allow-failure-with-reason',
  summary: 'What may fail says why',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'A check that may fail without consequence is one that nobody reads. If it is meant (a new check that is not clean yet, a tool that is known to be unstable), a comment keeps the next reader from either deleting it or trusting it.',
  source: 'https://docs.gitlab.com/ci/yaml/#allow_failure',
  messages: {
    silent: {
      text: '{keyword} stands there without a reason',
      remedy: 'Say in a comment on the line why it may fail, and until when.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            typing:
              script: mypy src
              allow_failure: true
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: `
          on: push
          jobs:
            types:
              runs-on: ubuntu-24.04
              steps:
                - run: mypy src
                  continue-on-error: true
        `,
        at: [7],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            typing:
              script: mypy src
              allow_failure: true # until the legacy package is typed
            audit:
              script: pip-audit
              allow_failure:
                exit_codes: 3
            preview:
              script: make preview
              when: manual
              allow_failure: true
          `,
        },
        note: 'A manual job that may be left alone is the usual way to offer one.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'gitlab') {
      const seen = new Set<unknown>();
      for (const { root } of pipeline.jobs) {
        const entry = root.entry('allow_failure');
        if (entry?.value.boolean() !== true || root.string('when') === 'manual' || seen.has(entry.key)) continue;
        seen.add(entry.key);
        if (!hasComment(entry.key)) report('silent', entry.key, { keyword: 'allow_failure' });
      }
    } else if (pipeline.kind === 'github-workflow') {
      for (const root of pipeline.jobs.flatMap((job) => [job.root, ...job.steps.map((step) => step.root)])) {
        const entry = root.entry('continue-on-error');
        if (entry?.value.boolean() === true && !hasComment(entry.key))
          report('silent', entry.key, { keyword: 'continue-on-error' });
      }
    }
  },
});
