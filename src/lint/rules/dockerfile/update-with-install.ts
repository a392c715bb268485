import { cacheTargets, packageCommand, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

export const updateWithInstall = defineRule({
  id: 'dockerfile/update-with-install',
  summary: 'Package lists are fetched in the RUN that installs',
  severity: 'warning',
  preset: 'recommended',
  peers: ['trivy:DS-0017', 'checkov:CKV_DOCKER_5'],
  why: 'A RUN of its own for the update is cached. When the install line changes months later, the old lists are used: packages are outdated, or gone from the server and the build breaks.',
  source: 'https://docs.docker.com/build/building/best-practices/#apt-get',
  messages: {
    alone: {
      text: '{program} update stands in a RUN without an install',
      remedy: 'Join it with the RUN that installs.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update
          RUN apt-get install -y --no-install-recommends curl
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
          COPY install.sh /
          RUN apt-get update && /install.sh
        `,
        note: 'What another program installs is not known.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const harmless = new Set(['apt-get', 'apt', 'apk', 'rm', 'echo', 'set', 'mkdir', 'export', 'true', 'cd']);
    for (const run of runCommands(dockerfile)) {
      const update = packageCommand(run, ['apt-get', 'apt', 'apk'], ['update']);
      if (update === undefined || cacheTargets(run.instruction).length > 0) continue;
      const others = [...runCommands(dockerfile, [run.instruction])];
      if (others.some(({ program }) => program === undefined || !harmless.has(program))) continue;
      const uses = others.some((other) =>
        packageCommand(
          other,
          ['apt-get', 'apt', 'apk'],
          ['install', 'add', 'upgrade', 'dist-upgrade', 'full-upgrade', 'build-dep', 'source', 'download', 'fix'],
        ),
      );
      const variable = others.some(({ args }) => args[0]?.value === undefined && args.length > 0);
      if (!uses && !variable) report('alone', run, { program: update.program ?? '' });
    }
  },
});
