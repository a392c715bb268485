import { defineRule } from '../../rule.ts';

export const noReservedStageName = defineRule({
  id: 'dockerfile/no-reserved-stage-name',
  summary: 'No stage takes a reserved name',
  severity: 'error',
  preset: 'recommended',
  peers: ['buildkit:ReservedStageName'],
  why: 'scratch is the empty base and context the build context. A stage of that name makes FROM scratch or COPY --from=context mean something else than every reader expects.',
  source: 'https://docs.docker.com/reference/build-checks/reserved-stage-name/',
  messages: {
    reserved: { text: 'The stage name {name} is reserved', remedy: 'Choose another name.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22 AS scratch
          FROM alpine:3.22 AS context
        `,
        at: [1, 2],
      },
    ],
    good: [
      `
        FROM alpine:3.22 AS builder
        FROM scratch
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { name } of dockerfile.stages) {
      if (name && /^(?:scratch|context)$/i.test(name.value)) report('reserved', name, { name: name.value });
    }
  },
});
