import { runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { jobCommand } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { placedCalls } from './_jenkins.ts';

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
    tests: {
      text: 'Tests that fail are run again',
      remedy: 'Let them fail; repair or set aside the test that is flaky.',
    },
    script: { text: 'The job is retried after {failure}', remedy: 'Retry system failures alone.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') { steps { retry(3) { sh 'pytest' } } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:4'],
      },
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
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Push') { steps { retry(2) { sh 'docker push registry.example.com/orders:1' } } }
              }
            }
          `,
        },
        note: 'A registry may be out of reach for a moment.',
      },
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
    if (pipeline.kind === 'jenkins') {
      for (const { call } of placedCalls(pipeline, 'retry')) {
        if (call.args.some((argument) => argument.name === 'conditions')) continue;
        const scripts = [...nestedCalls(call.body)].flatMap((inner) => inner.script ?? []);
        if (scripts.some((script) => script.commands.some((command) => runsTests(jobCommand(script, command)))))
          report('tests', call);
      }
    }
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
