import { shellScripts } from '../../../artifacts/pipeline/steps.ts';
import { operands } from '../../../artifacts/shell/arguments.ts';
import type { ShellCommand } from '../../../artifacts/shell/script.ts';
import { setsPipefail } from '../../../artifacts/shell/traps.ts';
import { defineRule } from '../../rule.ts';

/** Commands whose failure is of no interest. */
const plain = new Set([
  'echo',
  'printf',
  'cat',
  'ls',
  'env',
  'date',
  'yes',
  'true',
  'pwd',
  'jq',
  'sed',
  'awk',
  'sort',
  'head',
  'tail',
  'base64',
  'tr',
  'cut',
]);

export const pipefail = defineRule({
  id: 'pipeline/pipefail',
  summary: 'A command whose output goes into tee still fails the job',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL4006'],
  why: 'The status of a pipe is that of its last command. With tests | tee log the job is green while the tests fail: GitHub runs a script without a shell: key, and Jenkins every sh, without pipefail.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell',
  messages: {
    swallowed: {
      text: 'A failure of {command} is not seen, because the pipe ends in tee',
      remedy: 'Use shell: bash, which sets pipefail, or set -o pipefail in the script.',
    },
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
                - run: pytest 2>&1 | tee report.txt
        `,
        at: [6],
      },
      {
        files: {
          Jenkinsfile: `
            node {
              sh 'make test | tee report.txt'
            }
          `,
        },
        at: ['Jenkinsfile:2'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - shell: bash
                run: pytest 2>&1 | tee report.txt
              - run: |
                  shellcheck *.sh | tee report.txt
                  test ! -s report.txt
              - run: |
                  set -o pipefail
                  pytest | tee report.txt
                  echo "127.0.0.1 db" | sudo tee -a /etc/hosts
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            test:
              script:
                - pytest | tee report.txt
          `,
        },
        note: 'GitLab sets pipefail where the shell has it',
      },
    ],
  },
  check(pipeline, { report }) {
    for (const { script, pipefail: set } of shellScripts(pipeline)) {
      if (set !== false || setsPipefail(script.text)) continue;
      for (const command of script.commands) {
        const { pipeline: pipe } = command;
        const ends = command.words.some(({ value }) => value === 'tee') && pipe && pipe.index === pipe.length - 1;
        if (!ends || command.condition || isRead(script.commands, command)) continue;
        const culprit = script.commands.find(
          (other) =>
            other.pipeline?.id === pipe.id && other !== command && other.name !== undefined && !plain.has(other.name),
        );
        if (culprit?.name) report('swallowed', { file: script.file, range: culprit.range }, { command: culprit.name });
      }
    }
  },
});

/** Whether the script looks at what tee wrote, and so judges the command by that. */
function isRead(commands: readonly ShellCommand[], tee: ShellCommand): boolean {
  const [target] = operands(tee.args.filter(({ value }) => value !== 'tee'));
  const later = commands.slice(commands.indexOf(tee) + 1);
  return target !== undefined && later.some(({ words }) => words.some(({ text }) => text === target.text));
}
