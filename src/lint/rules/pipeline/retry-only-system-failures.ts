import { defineRule } from '../../rule.ts';

export const retryOnlySystemFailures = defineRule({
  id: 'pipeline/retry-only-system-failures',
  summary: 'A job is retried when the system failed, not when its script did',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A retry without `when` also repeats a script that failed. A flaky test then passes on the second run and nobody sees it, and a deployment that broke half-way is started again. Retrying a runner that went away is harmless.',
  source: 'https://docs.gitlab.com/ci/yaml/#retrywhen',
  messages: {
    any: {
      text: 'The job is retried after any failure, its own script included',
      remedy: 'Name the failures in when: runner_system_failure and stuck_or_timeout_failure.',
    },
    script: { text: 'The job is retried after {failure}', remedy: 'Retry system failures alone.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              retry: 2
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              retry:
                max: 1
                when: [runner_system_failure, script_failure]
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              retry:
                max: 2
                when: [runner_system_failure, stuck_or_timeout_failure]
              script: make test
            lint:
              retry: 0
              script: make lint
            load:
              retry:
                max: 1
                exit_codes: 137
              script: make load
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    const seen = new Set<unknown>();
    for (const { root } of pipeline.jobs) {
      const retry = root.get('retry');
      const max = retry?.number('max') ?? retry?.number();
      if (retry === undefined || !max || seen.has(retry)) continue;
      seen.add(retry);
      const when = retry.get('when');
      if (when === undefined) {
        if (retry.get('exit_codes') === undefined) report('any', retry);
        continue;
      }
      const failures = when.kind === 'list' ? when.items : [when];
      for (const failure of failures) {
        const name = failure.text() ?? '';
        if (name === 'always' || name === 'script_failure') report('script', failure, { failure: name });
      }
    }
  },
});
