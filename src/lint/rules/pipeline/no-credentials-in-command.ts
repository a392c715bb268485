import { commandsOf } from '../../../artifacts/pipeline/jobs.ts';
import { flagValue } from '../../../artifacts/shell/arguments.ts';
import { defineRule } from '../../rule.ts';
import { holdsPlainSecret } from './_secrets.ts';

export const noCredentialsInCommand = defineRule({
  id: 'pipeline/no-credentials-in-command',
  summary: 'No password is written into a command',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A password in a URL or behind -u stands in the repository, in the log of every run and in the history of whoever copies the line.',
  source: 'https://docs.gitlab.com/ci/variables/#cicd-variable-security',
  messages: {
    url: {
      text: 'The URL holds a password',
      remedy: 'Read it from a secret of the pipeline system, and change it: it is known.',
    },
    user: {
      text: 'The password of the user stands in the command',
      remedy: 'Read it from a secret of the pipeline system, and change it: it is known.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            release:
              script:
                - git push https://bot:k3Yq81xTzPw0@git.example.com/acme/orders.git main
                - curl -u admin:k3Yq81xTzPw0 https://nexus.example.com/upload
          `,
        },
        at: ['.gitlab-ci.yml:3', '.gitlab-ci.yml:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            release:
              script:
                - git push "https://bot:$PUSH_TOKEN@git.example.com/acme/orders.git" main
                - curl -u "admin:$NEXUS_PASSWORD" https://nexus.example.com/upload
                - curl -u admin:admin http://localhost:3000/api/health
                - psql postgresql://test:test@postgres/test
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    for (const { program = '', args, file } of commandsOf(pipeline)) {
      for (const word of args) {
        if (word.value !== undefined && holdsPlainSecret('', word.value)) report('url', { file, range: word.range });
      }
      const user = /^(?:curl|wget|http|https)$/.test(program) ? flagValue(args, '-u', '--user') : undefined;
      const password = /^[^:]+:(.+)$/.exec(user?.value ?? '')?.[1];
      const local = args.some(
        (word) =>
          /^(?:https?:\/\/)?(?:localhost|127\.|[\w-]+(?::\d+)?(?:\/|$))/.test(word.value ?? '') &&
          /^https?:|localhost/.test(word.value ?? ''),
      );
      if (user && password && !local && holdsPlainSecret('PASSWORD', password))
        report('user', { file, range: user.range });
    }
  },
});
