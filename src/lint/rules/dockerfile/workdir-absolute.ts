import { lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { defineRule } from '../../rule.ts';

export const workdirAbsolute = defineRule({
  id: 'dockerfile/workdir-absolute',
  summary: 'The first WORKDIR of a stage is absolute',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3000', 'buildkit:WorkdirRelativePath', 'trivy:DS-0009', 'checkov:CKV_DOCKER_10'],
  why: 'A relative path starts at the working directory of the base image. When a newer base sets another one, everything moves with it.',
  source: 'https://docs.docker.com/reference/build-checks/workdir-relative-path/',
  messages: {
    relative: { text: 'WORKDIR {path} depends on the base image', remedy: 'Write an absolute path.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          WORKDIR app
        `,
        at: [2],
      },
    ],
    good: [
      {
        files: `
          FROM alpine:3.22
          WORKDIR /app
          WORKDIR src
        `,
        note: 'The second is relative to the first, which the file knows.',
      },
      `
        FROM alpine:3.22
        ARG APP_ROOT
        WORKDIR $APP_ROOT/src
      `,
      `
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        WORKDIR C:/app
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const stage of dockerfile.stages) {
      const inherited = lineage(stage)
        .slice(0, -1)
        .flatMap(({ instructions }) => instructions);
      if (inherited.some(({ keyword }) => keyword === 'WORKDIR')) continue;
      const first = stage.instructions.find(({ keyword }) => keyword === 'WORKDIR');
      const path = first && dockerfile.expand(first.words[0]?.value ?? '', first);
      if (first === undefined || path === undefined || path === '') continue;
      if (!/^(?:["']?[/\\]|["']?[A-Za-z]:|\$|%)/.test(path)) report('relative', first.argument, { path });
    }
  },
});
