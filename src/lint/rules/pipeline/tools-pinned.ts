import { commandsOf, type JobCommand } from '../../../artifacts/pipeline/jobs.ts';
import { hasFlag, operands } from '../../../artifacts/shell/arguments.ts';
import type { ShellWord } from '../../../artifacts/shell/script.ts';
import { defineRule } from '../../rule.ts';

export const toolsPinned = defineRule({
  id: 'pipeline/tools-pinned',
  summary: 'Tools of a pipeline have a version',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A tool without a version is another one tomorrow: the pipeline turns red without a change, or runs what somebody uploaded under its name an hour ago, with the secrets of the job.',
  source: 'https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies',
  messages: {
    unpinned: {
      text: '{tool} is installed in whatever version is newest',
      remedy: 'Name its version, or take it from the lock file of the project.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            lint:
              script:
                - pip install ruff
                - npm install -g renovate
                - uvx zizmor .
                - go install golang.org/x/vuln/cmd/govulncheck@latest
          `,
        },
        at: ['.gitlab-ci.yml:3', '.gitlab-ci.yml:4', '.gitlab-ci.yml:5', '.gitlab-ci.yml:6'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            lint:
              script:
                - python -m pip install --upgrade pip
                - pip install ruff==0.14.0 -r requirements.txt .
                - pip install -c constraints.txt mypy
                - pip install "$TOOL"
                - npm install -g renovate@41.0.0 @acme/tool@2
                - uvx zizmor@1.16.0 .
                - uvx --from build==1.3.0 pyproject-build
                - go install golang.org/x/vuln/cmd/govulncheck@v1.1.4
                - uv pip install -e .
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    const files = 'files' in pipeline ? pipeline.files : [pipeline.file];
    // With constraints for all installs the versions are elsewhere.
    if (files.some((file) => /\b(?:UV|PIP)_CONSTRAINT\b/.test(file.text))) return;
    for (const command of commandsOf(pipeline)) {
      for (const word of unpinned(command))
        report('unpinned', { file: command.file, range: word.range }, { tool: word.value ?? word.text });
    }
  },
});

const pipValued = [
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-i',
  '--index-url',
  '--extra-index-url',
  '-t',
  '--target',
  '-f',
  '--find-links',
  '-e',
  '--editable',
  '--python',
  '-p',
  '--prefix',
  '--cache-dir',
  '--trusted-host',
  '--root',
  '--progress-bar',
  '--no-binary',
  '--only-binary',
];
const toolValued = ['--from', '--with', '--python', '-p', '--index-url', '-i'];
/** What installs the rest; its version matters little and it is usually asked for the newest. */
const installers = /^(?:pip|setuptools|wheel|uv|npm|corepack|virtualenv)$/;

/** The tools that a command installs without a version; those whose name is worked out are left out. */
function unpinned({ program = '', args, command }: JobCommand): readonly ShellWord[] {
  if (/^\.\.?\//.test(command.words[0]?.text ?? '')) return [];
  const named = (words: readonly ShellWord[], bare: RegExp) =>
    words.filter((word) => word.value !== undefined && bare.test(word.value) && !installers.test(word.value));
  const python = /^[A-Za-z][\w.-]*(?:\[[\w,-]+\])?$/;
  const files = /\.(?:txt|whl|gz|zip)$/;
  const [verb, second, ...rest] = operands(args, program === 'uvx' || program === 'pipx' ? toolValued : pipValued);
  const others = second ? [second, ...rest] : rest;
  switch (program) {
    case 'pip':
    case 'pip3':
      if (verb?.value !== 'install' || hasFlag(args, '-c', '--constraint', '--require-hashes')) return [];
      return named(others, python).filter((word) => !files.test(word.value ?? ''));
    case 'uv':
      if (verb?.value === 'tool' && /^(?:install|run)$/.test(second?.value ?? ''))
        return named(rest.slice(0, 1), python);
      return [];
    case 'pipx':
      return /^(?:install|run)$/.test(verb?.value ?? '') ? named(others.slice(0, 1), python) : [];
    case 'uvx':
      return args[0] === verb && verb ? named([verb], python) : [];
    case 'npm':
      return /^(?:install|i|add)$/.test(verb?.value ?? '') && hasFlag(args, '-g', '--global')
        ? named(others, /^(?:@[\w.-]+\/)?[\w.-]+$/)
        : [];
    case 'go':
      return verb?.value === 'install' ? named(others, /@latest$/) : [];
    default:
      return [];
  }
}
