import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { isUntrusted } from '../../../artifacts/pipeline/untrusted.ts';
import { defineRule } from '../../rule.ts';
import { injections, throughVariable } from './_injection.ts';

export const noTemplateInjection = defineRule({
  id: 'pipeline/no-template-injection',
  summary: 'What strangers write never becomes part of a script',
  severity: 'error',
  preset: 'recommended',
  peers: ['zizmor:template-injection', 'checkov:CKV_GHA_2', 'actionlint:expression'],
  why: 'An expression in a script is replaced before the shell reads it. A pull request whose title holds "; curl … | sh" then runs that command with the token and the secrets of the workflow. A variable is only ever data.',
  source:
    'https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks',
  messages: {
    injected: {
      text: 'Whoever writes {path} can run commands here',
      remedy: 'Hand the value over in env, and use the variable in double quotes.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: pull_request
          jobs:
            check:
              runs-on: ubuntu-24.04
              steps:
                - run: |
                    echo "\${{ github.event.pull_request.title }}"
                    git checkout \${{ github.head_ref }}
                - uses: actions/github-script@ed597411d8f924073f98dfc5c65a23a2325f34cd # v8
                  with:
                    script: core.info('\${{ github.event.pull_request.body }}')
        `,
        at: [7, 8, 11],
        fixed: `
          on: pull_request
          jobs:
            check:
              runs-on: ubuntu-24.04
              steps:
                - run: |
                    echo "\${PULL_REQUEST_TITLE}"
                    git checkout "\${HEAD_REF}"
                  env:
                    PULL_REQUEST_TITLE: \${{ github.event.pull_request.title }}
                    HEAD_REF: \${{ github.head_ref }}
                - uses: actions/github-script@ed597411d8f924073f98dfc5c65a23a2325f34cd # v8
                  with:
                    script: core.info('\${{ github.event.pull_request.body }}')
        `,
      },
      {
        files: `
          on: issues
          jobs:
            check:
              runs-on: ubuntu-24.04
              steps:
                - run: echo '\${{ toJSON(github.event) }}' '\${{ format('{0}', github.event.issue.body) }}'
        `,
        at: [6, 6],
      },
    ],
    good: [
      `
        on: pull_request
        jobs:
          check:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  echo "$TITLE" \${{ github.event.pull_request.number }} \${{ github.sha }}
                  echo \${{ contains(github.event.pull_request.title, 'wip') }}
                  echo \${{ github.event_name == 'push' && github.event.pull_request.number || 'none' }}
                env:
                  TITLE: \${{ github.event.pull_request.title }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const injection of injections(pipeline)) {
      const read = injection.reads.find(isUntrusted);
      if (!read) continue;
      report(
        'injected',
        injection.placed.at(read),
        { path: read.text.join('.') },
        { fix: throughVariable(injection, read) },
      );
    }
  },
});
