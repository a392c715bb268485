import { holdsCredentials, isPlaceholder, isSecretName } from '../../../artifacts/secret.ts';
import { defineRule } from '../../rule.ts';

export const noSecretInArgOrEnv = defineRule({
  id: 'dockerfile/no-secret-in-arg-or-env',
  summary: 'No secret passes through ARG or ENV',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3064', 'buildkit:SecretsUsedInArgOrEnv', 'trivy:DS-0031'],
  why: "The values of ENV, and of the ARGs that a build uses, are stored in the image's configuration and history. Everyone who can pull the image can read them. A secret mount is there for one RUN and leaves nothing behind.",
  source: 'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
  messages: {
    named: {
      text: '{keyword} {name} puts a secret into the image',
      remedy: 'Use RUN --mount=type=secret at build time, and give it to the container at run time.',
    },
    credentials: { text: 'The value of {name} holds credentials', remedy: 'Give it to the container at run time.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          ARG NPM_TOKEN
          ENV DB_PASSWORD=hunter2 \\
              DATABASE_URL=postgres://app:hunter2@db/app
        `,
        at: [2, 3, 4],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        RUN --mount=type=secret,id=pip_token pip download --no-deps --dest /tmp tool==1.0
      `,
      {
        files: `
          FROM python:3.14-slim
          ENV DB_PASSWORD_FILE=/run/secrets/db-password \\
              API_TOKEN=/run/secrets/token \\
              TOKEN_TTL=60 \\
              ACCESS_TOKEN_EXPIRE_MINUTES=30 \\
              USE_TOKEN=true \\
              SECRET_NAME=db \\
              TOKENIZERS_PARALLELISM=false \\
              SECRET_KEY="" \\
              PUBLIC_KEY=ssh-ed25519
          ARG DJANGO_SECRET_KEY=unused-during-build
        `,
        note: 'Names that only sound like it, paths, switches and placeholders are no secrets.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const instruction of dockerfile.instructions) {
      const { keyword } = instruction;
      if (keyword !== 'ARG' && keyword !== 'ENV') continue;
      for (const assignment of instruction.assignments) {
        const { name } = assignment;
        const value = assignment.value?.value;
        if (value !== undefined && holdsCredentials(value)) report('credentials', assignment, { name });
        // An ARG without a default is filled at build time, an ENV without a value is empty.
        else if (isSecretName(name) && !(value === undefined ? keyword === 'ENV' : isPlaceholder(value)))
          report('named', assignment, { keyword, name });
      }
    }
  },
});
