import { type JobCommand, jobGraph, startsWith } from '../../../artifacts/pipeline/jobs.ts';
import { hasFlag, operands } from '../../../artifacts/shell/arguments.ts';
import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';

export const cacheDependencies = defineRule({
  id: 'pipeline/cache-dependencies',
  summary: 'Dependencies are cached between runs',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'Every job starts on an empty machine and downloads all packages again. A cache takes a minute off each run, and leaves the run standing when the package index is down.',
  source: 'https://docs.gitlab.com/ci/caching/',
  messages: {
    github: { text: '{action} does not cache what {command} downloads', remedy: 'Add cache: {cache}.' },
    gitlab: {
      text: 'The job downloads its dependencies again in each run',
      remedy: 'Add a cache for the folder of the package manager.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              test:
                runs-on: ubuntu-24.04
                steps:
                  - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
                    with:
                      python-version: "3.13"
                  - run: pip install -r requirements.txt
          `,
          'requirements.txt': 'fastapi==0.115.0\n',
        },
        at: ['.github/workflows/ci.yml:6'],
        fixed: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              test:
                runs-on: ubuntu-24.04
                steps:
                  - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
                    with:
                      python-version: "3.13"
                      cache: pip
                  - run: pip install -r requirements.txt
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script:
                - uv sync --locked
                - uv run pytest
          `,
        },
        at: ['.gitlab-ci.yml:1'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              cache:
                key: { files: [uv.lock] }
                paths: [.uv-cache]
            unit:
              script:
                - uv sync --locked
                - uv run pytest
          `,
        },
      },
      {
        files: `
          on:
            release: { types: [published] }
          jobs:
            publish:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
                - run: pip install -r requirements.txt
        `,
        note: 'What is released is better built from nothing that another run could have left.',
      },
    ],
  },
  check(pipeline, { report, repository }) {
    if (pipeline.kind === 'gitlab') {
      if (!pipeline.complete) return;
      for (const job of jobGraph(pipeline).jobs) {
        if (
          job.gitlab?.root.get('cache') === undefined &&
          job.commands.some((command) => installer(command) !== undefined)
        )
          report('gitlab', job);
      }
      return;
    }
    if (pipeline.kind !== 'github-workflow') return;
    const releases = pipeline.triggers.has('release') || pipeline.triggers.get('push')?.get('tags') !== undefined;
    if (releases) return;
    for (const job of jobGraph(pipeline).jobs) {
      if (job.steps.some((step) => /^(?:actions\/cache|astral-sh\/setup-uv)(?:\/\w+)?@/.test(step.uses?.source ?? '')))
        continue;
      for (const step of job.steps) {
        const action = /^actions\/setup-(?:python|node)(?=@)/.exec(step.uses?.source ?? '')?.[0];
        if (!step.uses || action === undefined || step.root.get('with', 'cache') !== undefined) continue;
        if (step.root.get('with', 'package-manager-cache') !== undefined) continue;
        const python = action === 'actions/setup-python';
        // Since version 5 setup-node caches by itself where package.json names the package manager.
        if (!python && /"packageManager"/.test(repository.text('package.json')?.text ?? '')) continue;
        const caches = python ? ['pip', 'poetry', 'pipenv'] : ['npm', 'yarn', 'pnpm'];
        const command = job.commands.find((candidate) => caches.includes(installer(candidate) ?? ''));
        const cache = command && installer(command);
        if (!command || cache === undefined) continue;
        const lock = { pip: 'requirements.txt', npm: 'package-lock.json', yarn: 'yarn.lock' }[cache];
        const safe = lock !== undefined && repository.exists(lock);
        const fix = safe ? setPath(step.root, ['with', 'cache'], cache) : [];
        report('github', step.uses, { action, command: command.program ?? cache, cache }, { fix });
      }
    }
  },
});

/** The package manager by which a command installs a project's dependencies. */
function installer(command: JobCommand): string | undefined {
  const { program = '', args } = command;
  switch (program) {
    case 'pip':
    case 'pip3':
      return startsWith(command, 'install') &&
        (hasFlag(args, '-r', '--requirement') || startsWith(command, 'install', /^\.(?:\[|$)/))
        ? 'pip'
        : undefined;
    case 'uv':
      return startsWith(command, 'sync') ? 'uv' : undefined;
    case 'poetry':
    case 'pipenv':
      return startsWith(command, 'install') || startsWith(command, 'sync') ? program : undefined;
    case 'npm':
      return startsWith(command, 'ci') || (startsWith(command, /^(?:install|i)$/) && operands(args).length === 1)
        ? 'npm'
        : undefined;
    case 'yarn':
    case 'pnpm':
      return args.length === 0 || (startsWith(command, /^(?:install|i)$/) && operands(args).length === 1)
        ? program
        : undefined;
    default:
      return undefined;
  }
}
