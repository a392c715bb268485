import { defineRule } from '../../rule.ts';
import { gitlabVariables } from './_gitlab.ts';

export const noDebugTrace = defineRule({
  id: 'pipeline/no-debug-trace',
  summary: 'Debug tracing is off',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'With `CI_DEBUG_TRACE` the runner writes every variable and secret of the job to its log, where every developer of the project can read them. It is meant for one run, started by hand.',
  source: 'https://docs.gitlab.com/ci/variables/variables_troubleshooting/#enable-debug-logging',
  messages: {
    on: {
      text: '{name} is on, so the log shows the secrets of the job',
      remedy: 'Remove it; set it by hand for the one run that needs it.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              variables:
                CI_DEBUG_TRACE: "true"
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            variables:
              CI_DEBUG_TRACE: "false"
            unit:
              script: make test
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    for (const variable of gitlabVariables(pipeline)) {
      if (/^CI_DEBUG_(?:TRACE|SERVICES)$/.test(variable.name) && /^(?:true|1)$/i.test(variable.value))
        report('on', variable, { name: variable.name });
    }
  },
});
