import { asMap } from '../../../artifacts/compose/load.ts';
import { holdsCredentials, isPlaceholder, isSecretName } from '../../../artifacts/secret.ts';
import { defineRule } from '../../rule.ts';

export const noInlineSecret = defineRule({
  id: 'compose/no-inline-secret',
  summary: 'No secret stands in a Compose file',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The file is in the repository, so everyone who can read the code has the secret, for ever. Environment variables also show up in docker inspect and in crash reports. A file-based secret or a variable from outside keeps it out.',
  source: 'https://docs.docker.com/compose/how-tos/use-secrets/',
  messages: {
    named: {
      text: 'The value of {name} stands in the file',
      remedy: 'Use secrets, or take it from outside with a variable.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
            environment:
              POSTGRES_PASSWORD: hunter2
          app:
            image: example.com/app:1
            environment:
              - DATABASE_URL=postgres://app:hunter2@db/app
      `,
        at: [5, 9],
      },
    ],
    good: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
            environment:
              POSTGRES_PASSWORD_FILE: /run/secrets/password
              API_TOKEN: \${API_TOKEN}
              OTHER_TOKEN: \${OTHER_TOKEN:?set it}
              TOKEN_TTL: 60
              EMPTY_PASSWORD: ""
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const { root } of project.services.values()) {
      const environment = root.get('environment');
      if (environment === undefined) continue;
      for (const { name, value } of asMap(environment).entries.values()) {
        const text = value.text() ?? '';
        if (text.includes('$')) continue;
        if (holdsCredentials(text) || (isSecretName(name) && !isPlaceholder(text))) report('named', value, { name });
      }
    }
  },
});
