import { githubSteps, isPrivileged } from '../../../artifacts/pipeline/steps.ts';
import type { ShellCommand } from '../../../artifacts/shell/script.ts';
import { defineRule } from '../../rule.ts';

/** Variables that the runner sets, and their like. */
const harmless =
  /\$\{?(?:HOME|PWD|RUNNER_\w+|GITHUB_(?:WORKSPACE|SHA|RUN_ID|RUN_NUMBER|REPOSITORY|SERVER_URL|ACTION_PATH)|CI_\w+)\}?|\$\(date[^)]*\)|\$\(pwd\)/g;

export const noUntrustedEnvironment = defineRule({
  id: 'pipeline/no-untrusted-environment',
  summary: 'A workflow that strangers start does not write computed text into the environment',
  severity: 'warning',
  preset: 'strict',
  peers: ['zizmor:github-env'],
  why: 'A line that gets into $GITHUB_ENV or $GITHUB_PATH sets any variable of all later steps. Who controls the text, for example the content of an artifact or a branch name with a line end, sets LD_PRELOAD or the path and runs code.',
  source: 'https://docs.zizmor.sh/audits/#github-env',
  messages: {
    written: {
      text: 'Text that is computed is written to {file}',
      remedy: 'Write it to $GITHUB_OUTPUT, and pass it on by an expression in env.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: pull_request_target
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: |
                    echo "TITLE=$TITLE" >> "$GITHUB_ENV"
                    cat artifact/env >> $GITHUB_ENV
        `,
        at: [7, 8],
      },
    ],
    good: [
      `
        on: pull_request_target
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  echo "LEVEL=debug" >> "$GITHUB_ENV"
                  echo "$HOME/.local/bin" >> "$GITHUB_PATH"
                  echo "title=$TITLE" >> "$GITHUB_OUTPUT"
      `,
      `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "TITLE=$TITLE" >> "$GITHUB_ENV"
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || !isPrivileged(pipeline)) return;
    for (const { step } of githubSteps(pipeline)) {
      const { script } = step;
      for (const command of script?.commands ?? []) {
        const written = command.redirects.map(({ range }) => script?.file.slice(range) ?? '');
        const words = command.name === 'tee' ? command.args.map(({ text }) => text) : [];
        const file = [...written, ...words].map((text) => /\bGITHUB_(?:ENV|PATH)\b/.exec(text)?.[0]).find(Boolean);
        if (script && file && isComputed(command))
          report('written', { file: script.file, range: command.range }, { file: `$${file}` });
      }
    }
  },
});

function isComputed({ name, args, redirects }: ShellCommand): boolean {
  if (name !== 'echo' && name !== 'printf') return !redirects.some(({ operator }) => operator.startsWith('<<'));
  return args.some(({ value, text }) => value === undefined && /[$`]/.test(text.replace(harmless, '')));
}
