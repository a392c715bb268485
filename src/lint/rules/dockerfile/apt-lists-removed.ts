import { cacheTargets, packageCommand, runCommands, shippedInstructions } from '../../../artifacts/dockerfile/run.ts';
import { insertAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const aptListsRemoved = defineRule({
  id: 'dockerfile/apt-lists-removed',
  summary: 'The package lists of apt do not stay in the image',
  severity: 'info',
  preset: 'recommended',
  peers: ['hadolint:DL3009'],
  why: 'apt-get update leaves tens of megabytes of lists behind that are stale within days. They only leave the image if the RUN that fetched them removes them: a later one hides them but does not shrink the layer. A cache mount keeps them out as well.',
  source: 'https://docs.docker.com/build/building/best-practices/#apt-get',
  messages: {
    lists: {
      text: 'The lists that apt-get update fetches stay in the layer',
      remedy: 'Remove /var/lib/apt/lists/* in the same RUN, or mount a cache there.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install -y --no-install-recommends curl
        `,
        at: [2],
        fixed: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
        `,
      },
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update; apt-get install -y --no-install-recommends curl
        `,
        at: [2],
      },
    ],
    good: [
      `
        FROM debian:13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
      `,
      {
        files: `
          FROM debian:13-slim
          RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt,sharing=locked \\
              apt-get update && apt-get install -y --no-install-recommends curl
        `,
        note: 'The lists live in the mount.',
      },
      {
        files: `
          FROM debian:13-slim AS build
          RUN apt-get update && apt-get install -y --no-install-recommends gcc
          FROM debian:13-slim
          COPY --from=build /usr/local/bin/app /usr/local/bin/app
        `,
        note: 'A build stage is thrown away.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const run of runCommands(dockerfile, shippedInstructions(dockerfile))) {
      if (packageCommand(run, ['apt-get', 'apt'], ['update']) === undefined) continue;
      const { instruction, script } = run;
      if (cacheTargets(instruction).some((target) => '/var/lib/apt/lists'.startsWith(target))) continue;
      if (/\/apt\/lists|\/var\/lib\/apt\b|\bdist-?clean\b/.test(script.text)) continue;
      const { commands } = script;
      const oneChain = commands.every(({ joint, chain, substituted, condition }, index) => {
        const joined = index === 0 ? joint === undefined : joint === '&&';
        return joined && chain === commands[0]?.chain && !substituted && !condition;
      });
      const plain = instruction.heredocs.length === 0 && oneChain && !script.text.includes('#');
      const fix = plain ? { fix: [insertAfter(instruction.argument, ' && rm -rf /var/lib/apt/lists/*')] } : {};
      report('lists', run, {}, fix);
    }
  },
});
