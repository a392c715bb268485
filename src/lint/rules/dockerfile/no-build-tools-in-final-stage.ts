import { defineRule } from '../../rule.ts';
import { installedBuildTools } from './_build-tools.ts';

export const noBuildToolsInFinalStage = defineRule({
  id: 'dockerfile/no-build-tools-in-final-stage',
  summary: 'The last stage installs no compilers',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A build with stages exists to leave compilers and headers behind. Installed in the last stage, or in one that it builds on, they are shipped after all.',
  source: 'https://docs.docker.com/build/building/multi-stage/',
  messages: {
    tool: { text: '{name} is for building, but is shipped', remedy: 'Install it in a build stage.' },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14-slim AS build
      RUN pip wheel --wheel-dir /wheels tool==1.0
      FROM python:3.14-slim
      RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
    `,
        at: [4],
      },
    ],
    good: [
      `
        FROM python:3.14-slim AS build
        RUN apt-get update && apt-get install -y --no-install-recommends gcc
        FROM python:3.14-slim
        RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
      `,
    ],
  },
  check(dockerfile, { report }) {
    if (dockerfile.stages.length < 2 || dockerfile.file.path.includes('.devcontainer/')) return;
    for (const tool of installedBuildTools(dockerfile)) report('tool', tool, { name: tool.name });
  },
});
