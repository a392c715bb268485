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
        else if (isSecretName(name) && !isHarmless(value, keyword)) report('named', assignment, { keyword, name });
      }
    }
  },
});

function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  if (/(?:^|_)(?:USE|ENABLE|DISABLE|REQUIRE|ALLOW|HAS|NO|PUBLIC|MAX|MIN)_/.test(words)) return false;
  return /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|SECRET_KEY|CREDENTIALS?)$/.test(
    words,
  );
}

/** Empty, a switch or number, a path, or said to be no real one. */
function isHarmless(value: string | undefined, keyword: string): boolean {
  if (value === undefined) return keyword !== 'ARG';
  if (/^(?:true|false|yes|no|on|off|none|null|\d+)?$/i.test(value) || value.startsWith('/')) return true;
  return /dummy|placeholder|build|unused|not[-_ ]?(?:a[-_ ]?)?(?:real|secret|used)|example|fake|insecure|test/i.test(
    value,
  );
}

function holdsCredentials(value: string): boolean {
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]+:([^\s/@$]+)@/i.exec(value);
  if (url && !isHarmless(url[1], 'ENV')) return true;
  return /^AKIA[0-9A-Z]{16}$|^gh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY/.test(value);
}
