import { commandsOf } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { secretIn } from './_secrets.ts';

export const noSecretOverHttp = defineRule({
  id: 'pipeline/no-secret-over-http',
  summary: 'A secret is sent over TLS alone',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Without TLS everything between the runner and the server reads what is sent, and the token in it is good for as long as nobody changes it.',
  source: 'https://curl.se/docs/sslcerts.html',
  messages: {
    plain: { text: '{name} is sent to {host} without TLS', remedy: 'Use https.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            notify:
              script:
                - curl --fail -H "Authorization:Bearer $DEPLOY_TOKEN" http://deploy.example.com/hook
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: `
          on: push
          jobs:
            notify:
              runs-on: ubuntu-24.04
              steps:
                - run: curl --fail -d token=\${{ secrets.HOOK }} http://deploy.example.com/hook
        `,
        at: [6],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            notify:
              script:
                - curl --fail -H "Authorization:Bearer $DEPLOY_TOKEN" https://deploy.example.com/hook
                - curl --fail http://deploy.example.com/health
                - curl --fail -H "Authorization:Bearer $TEST_TOKEN" http://localhost:8000/items
                - curl --fail -H "Authorization:Bearer $TEST_TOKEN" http://orders:8000/items
          `,
        },
        note: 'A name without a dot is a container beside the job.',
      },
    ],
  },
  check(pipeline, { report }) {
    for (const { program = '', args, file } of commandsOf(pipeline)) {
      if (!/^(?:curl|wget|http)$/.test(program)) continue;
      const texts = args.map((word) => ({ word, text: file.text.slice(word.range.start, word.range.end) }));
      const target = texts.find(({ text }) => /^["']?http:\/\/(?!127\.|0\.0\.0\.0)[\w-]+\.[\w.-]+/.test(text));
      const host = /http:\/\/([\w.-]+)/.exec(target?.text ?? '')?.[1];
      if (!target || host === undefined || /\.(?:local|internal|svc|localhost)$|\.svc\./.test(host)) continue;
      const name = texts
        .map(({ text, word }) => (word.value === undefined ? secretIn(text) : undefined))
        .find((found) => found !== undefined);
      if (name !== undefined) report('plain', { file, range: target.word.range }, { name, host });
    }
  },
});
