import { defineRule } from '../../rule.ts';
import { installedBuildTools } from './_build-tools.ts';

export const multiStage = defineRule({
  id: 'dockerfile/multi-stage',
  summary: 'What is needed to build stays in a build stage',
  severity: 'info',
  preset: 'recommended',
  peers: [],
  why: 'With a single stage the compilers that built the service are shipped with it: hundreds of megabytes to pull, and tools for an attacker. A second stage copies the result and leaves the rest behind.',
  source: 'https://docs.docker.com/build/building/multi-stage/',
  messages: {
    single: {
      text: 'The only stage installs {name}, which is for building',
      remedy: 'Build in a stage of its own and copy the result.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14-slim
      RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*
    `,
        at: [2],
      },
    ],
    good: [
      `
        FROM python:3.14-slim AS build
        RUN apt-get update && apt-get install -y --no-install-recommends gcc
        FROM python:3.14-slim
        COPY --from=build /app /app
      `,
      {
        files: `
          FROM python:3.14-alpine
          RUN apk add --no-cache --virtual .build gcc musl-dev && pip install --no-cache-dir tool==1.0 && apk del .build
        `,
        note: 'They are removed by the RUN that needed them.',
      },
    ],
  },
  check(dockerfile, { report }) {
    if (dockerfile.stages.length !== 1 || dockerfile.file.path.includes('.devcontainer/')) return;
    const [first] = installedBuildTools(dockerfile);
    if (first) report('single', first, { name: first.name });
  },
});
