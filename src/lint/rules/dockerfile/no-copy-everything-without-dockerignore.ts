import { defineRule } from '../../rule.ts';
import { ignoreFiles, wholeContextSources } from './_dockerignore.ts';

export const noCopyEverythingWithoutDockerignore = defineRule({
  id: 'dockerfile/no-copy-everything-without-dockerignore',
  summary: 'Where everything is copied, a .dockerignore says what is not',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'COPY . takes the history of git, local environments and .env files with their secrets into the image, and any change of any of them makes the cache useless.',
  source: 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
  messages: {
    missing: {
      text: 'The whole folder is copied and there is no .dockerignore',
      remedy: 'Add one, or copy the needed paths by name.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM alpine:3.22
      COPY . /app
    `,
        at: [2],
      },
    ],
    good: [
      { files: { Dockerfile: 'FROM alpine:3.22\nCOPY . /app\n', '.dockerignore': '.git\n.env\n' } },
      { files: { 'app/Dockerfile': 'FROM alpine:3.22\nCOPY . /app\n', '.dockerignore': '.git\n.env\n' } },
      `
        FROM alpine:3.22 AS build
        FROM alpine:3.22
        COPY --from=build . /app
        COPY src /app/src
      `,
    ],
  },
  check(dockerfile, { report, repository }) {
    if (ignoreFiles(dockerfile, repository).length > 0) return;
    for (const word of wholeContextSources(dockerfile)) report('missing', word);
  },
});
