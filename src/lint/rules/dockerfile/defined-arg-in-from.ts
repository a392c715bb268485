import { defineRule } from '../../rule.ts';

export const definedArgInFrom = defineRule({
  id: 'dockerfile/defined-arg-in-from',
  summary: 'FROM uses variables that an ARG before the first FROM declares',
  severity: 'error',
  preset: 'recommended',
  peers: ['buildkit:UndefinedArgInFrom'],
  why: 'FROM sees only the ARGs above the first FROM. Any other variable is replaced by nothing, and the build fails or takes another image than was meant, whatever --build-arg says.',
  source: 'https://docs.docker.com/reference/build-checks/undefined-arg-in-from/',
  messages: {
    undeclared: { text: '{name} is not declared before the first FROM', remedy: 'Put ARG {name} at the top.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim AS build
          ARG TAG=3.14-slim
          FROM python:\${TAG}
        `,
        at: [3],
      },
    ],
    good: [
      `
        ARG TAG=3.14-slim
        FROM --platform=$BUILDPLATFORM python:\${TAG} AS build
        FROM python:\${OTHER:-3.14-slim}
        FROM build-\${TARGETARCH}
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { from, base } of dockerfile.stages) {
      for (const match of base.raw.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)) {
        const name = match[1] ?? match[2] ?? '';
        if (/^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name)) continue;
        if (dockerfile.declaration(name, from) === undefined) report('undeclared', base, { name });
      }
    }
  },
});
