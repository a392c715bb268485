import { defineRule } from '../../rule.ts';

export const stageNamesUnique = defineRule({
  id: 'dockerfile/stage-names-unique',
  summary: 'Each stage has a name of its own',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3024', 'buildkit:DuplicateStageName', 'trivy:DS-0012', 'checkov:CKV_DOCKER_11'],
  why: 'Names of stages are compared without regard to case. With two of the same name, COPY --from, FROM and --target silently mean one of them.',
  source: 'https://docs.docker.com/reference/build-checks/duplicate-stage-name/',
  messages: {
    twice: { text: 'A stage is already called {name}', remedy: 'Give each stage its own name.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM golang:1.25 AS build
          FROM node:24 AS Build
        `,
        at: [2],
      },
    ],
    good: [
      `
        FROM golang:1.25 AS build
        FROM node:24 AS assets
        FROM scratch
      `,
    ],
  },
  check(dockerfile, { report }) {
    const seen = new Map<string, (typeof dockerfile.stages)[number]>();
    for (const stage of dockerfile.stages) {
      const key = stage.name?.value.toLowerCase();
      if (stage.name === undefined || key === undefined) continue;
      const first = seen.get(key)?.name;
      if (first === undefined) seen.set(key, stage);
      else {
        const related = [{ file: first.file, range: first.range, message: 'The first one' }];
        report('twice', stage.name, { name: first.value }, { related });
      }
    }
  },
});
