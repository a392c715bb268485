import { commandsOf, type JobCommand } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { secretIn } from './_secrets.ts';

export const noSecretPrinted = defineRule({
  id: 'pipeline/no-secret-printed',
  summary: 'No secret is printed',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'The log of a job is read by more people than may know its secrets, and is kept for long. Masking helps only for the exact text: a secret in base64, cut or in JSON goes through.',
  source: 'https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information',
  messages: {
    printed: { text: '{name} is written to the log', remedy: 'Remove the line, or print whether it is set.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            deploy:
              script:
                - echo "deploying with $DEPLOY_TOKEN"
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: `
          on: push
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: echo \${{ secrets.KUBE_CONFIG }} | base64
        `,
        at: [6],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            deploy:
              script:
                - echo "$DEPLOY_TOKEN" | docker login --username ci --password-stdin
                - echo "$DEPLOY_TOKEN" > token
                - AUTH=$(printf '%s' "user:$DEPLOY_TOKEN" | base64)
                - echo "is it set? \${DEPLOY_TOKEN:+yes}"
                - echo 'Set $DEPLOY_TOKEN first'
          `,
        },
      },
      `
        on: push
        jobs:
          deploy:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "::add-mask::$DEPLOY_TOKEN"
              - run: echo "TOKEN=\${{ secrets.TOKEN }}" >> "$GITHUB_ENV"
      `,
    ],
  },
  check(pipeline, { report }) {
    const commands = commandsOf(pipeline);
    for (const [index, { program, args, file, command }] of commands.entries()) {
      if (!/^(?:echo|printf)$/.test(program ?? '') || command.substituted || command.redirects.length > 0) continue;
      if (!reachesLog(commands, index)) continue;
      for (const word of args) {
        if (word.value !== undefined) continue;
        const text = file.text.slice(word.range.start, word.range.end);
        const name = secretIn(text);
        if (name !== undefined && !text.includes('add-mask')) report('printed', { file, range: word.range }, { name });
      }
    }
  },
});

/** Whether what a command prints ends in the log, also through commands that only recode it. */
function reachesLog(commands: readonly JobCommand[], index: number): boolean {
  const pipe = commands[index]?.command.pipeline;
  if (pipe === undefined) return true;
  const followers = commands.slice(index + 1, index + pipe.length - pipe.index);
  return followers.every(
    (next) =>
      next.command.pipeline?.id === pipe.id &&
      next.command.redirects.length === 0 &&
      /^(?:base64|cat|rev|xxd|sed|tr|cut)$/.test(next.program ?? '') &&
      !next.args.some((word) => word.text === '-i'),
  );
}
