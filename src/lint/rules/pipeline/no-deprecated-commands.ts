import type { GithubStep } from '../../../artifacts/pipeline/pipeline.ts';
import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { alignedWith } from '../../../artifacts/shell/offset-map.ts';
import type { Edit } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

const files: Readonly<Record<string, string>> = {
  'set-output': 'GITHUB_OUTPUT',
  'save-state': 'GITHUB_STATE',
  'set-env': 'GITHUB_ENV',
  'add-path': 'GITHUB_PATH',
};

export const noDeprecatedCommands = defineRule({
  id: 'pipeline/no-deprecated-commands',
  summary: 'Outputs and variables are written to the files that GitHub gives, not printed as commands',
  severity: 'warning',
  preset: 'recommended',
  peers: ['actionlint:deprecated-commands'],
  why: 'Commands in the output of a program can be forged by whatever it prints, so GitHub replaced set-output and save-state by files and switched set-env and add-path off altogether.',
  source: 'https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/',
  messages: {
    printed: { text: 'The command ::{command} is outdated', remedy: 'Append to the file ${file} instead.' },
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
                - run: |
                    echo "::set-output name=tag::$TAG"
                    printf '::add-path::%s\\n' "$HOME/bin"
                - run: echo "::set-output name=folder::dist"
        `,
        at: [7, 8, 9],
        fixed: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: |
                    echo "tag=$TAG" >> "$GITHUB_OUTPUT"
                    printf '::add-path::%s\\n' "$HOME/bin"
                - run: echo "folder=dist" >> "$GITHUB_OUTPUT"
        `,
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  echo "tag=$TAG" >> "$GITHUB_OUTPUT"
                  echo "::group::Tests"
                  # once this was ::set-output
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { step } of githubSteps(pipeline)) {
      const { run } = step;
      if (!run) continue;
      const map = alignedWith(run.source, run.file.text, run.range);
      for (const match of run.source.matchAll(/::(set-output|save-state|set-env|add-path)(?= name=|::)/g)) {
        const line = run.source.slice(run.source.lastIndexOf('\n', match.index) + 1, match.index);
        if (/(?:^|\s)#/.test(line)) continue;
        const command = match[1] ?? '';
        const start = map.toFile(match.index);
        const where = { file: run.file, range: { start, end: start + match[0].length } };
        report('printed', where, { command, file: files[command] ?? '' }, { fix: appended(step, start) });
      }
    }
  },
});

/** Rewrites `echo "::set-output name=a::b"`; other forms are left to people. */
function appended({ script, run }: GithubStep, offset: number): readonly Edit[] {
  const command = script?.commands.find(({ range }) => range.start <= offset && offset < range.end);
  const [word] = command?.args ?? [];
  if (!script || !command || !word || command.name !== 'echo' || command.args.length !== 1) return [];
  if (
    command.pipeline ||
    command.redirects.length > 0 ||
    command.substituted ||
    run?.style === 'double' ||
    run?.style === 'single'
  )
    return [];
  const match = /^(["'])::(set-output|save-state|set-env) name=([\w-]+)::([^\n]*)\1$/.exec(word.text);
  if (!match) return [];
  const [, quote = '"', name = '', variable, value] = match;
  const text = `echo ${quote}${variable}=${value}${quote} >> "$${files[name]}"`;
  // What is masked for the shell parser is written in the file in full.
  const written = script.file.text.slice(command.range.start, command.range.end);
  return written.includes('${{') ? [] : [{ file: script.file, range: command.range, text }];
}
