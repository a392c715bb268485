import type { Instruction } from '../../../artifacts/dockerfile/dockerfile.ts';
import { pipInstall, type RunCommand, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { defineRule } from '../../rule.ts';

export const dependenciesBeforeSource = defineRule({
  id: 'dockerfile/dependencies-before-source',
  summary: 'Dependencies are installed before the source is copied',
  severity: 'info',
  preset: 'recommended',
  peers: [],
  why: 'A layer is built again when one before it changed. With the whole source copied first, every edit installs all dependencies again: minutes instead of seconds for each build.',
  source: 'https://docs.docker.com/build/cache/optimize/#order-your-layers',
  messages: {
    order: {
      text: 'Every change of the source installs the dependencies again',
      remedy: 'Copy the lock or requirements file, install, and copy the rest after that.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14-slim
      WORKDIR /app
      COPY . .
      RUN pip install --no-cache-dir -r requirements.txt
    `,
        at: [3],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        COPY requirements.txt ./
        RUN pip install --no-cache-dir -r requirements.txt
        COPY . .
      `,
      {
        files: `
          FROM python:3.14-slim
          COPY pyproject.toml uv.lock ./
          RUN uv sync --locked --no-install-project
          COPY . .
          RUN uv sync --locked
        `,
        note: 'The second run has only the project left to install.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const { instructions } of dockerfile.stages) {
      const everything = instructions.findIndex(copiesEverything);
      const installs = instructions.findIndex((one) => [...runCommands(dockerfile, [one])].some(installsDependencies));
      const copy = instructions[everything];
      if (copy && installs > everything) report('order', copy);
    }
  },
});

function copiesEverything({ keyword, flags, words, exec }: Instruction): boolean {
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) return false;
  return (exec ?? words).slice(0, -1).some(({ value }) => value === '.' || value === './');
}

function installsDependencies(run: RunCommand): boolean {
  const pip = pipInstall(run);
  if (pip) return hasFlag(pip.rest, '-r', '--requirement');
  const verb = run.args[0]?.value ?? '';
  if (run.program === 'npm') return verb === 'ci' || (verb === 'install' && run.args.length === 1);
  return (
    verb === (run.program === 'uv' ? 'sync' : 'install') &&
    /^(?:uv|poetry|pdm|pipenv|yarn|pnpm)$/.test(run.program ?? '')
  );
}
