import { commandsOf, type JobCommand, startsWith } from '../../../artifacts/pipeline/jobs.ts';
import { flagValue } from '../../../artifacts/shell/arguments.ts';
import type { Edit } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const passwordByStdin = defineRule({
  id: 'pipeline/password-by-stdin',
  summary: 'A password is not an argument',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'An argument is seen by every process of the machine, and by the log of a shell that shows its commands. Docker itself warns of it: --password-stdin reads the password where nobody looks.',
  source: 'https://docs.docker.com/reference/cli/docker/login/',
  messages: {
    argument: { text: 'The password of {program} login is an argument', remedy: 'Pipe it in, with --password-stdin.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$CI_REGISTRY"
          `,
        },
        at: ['.gitlab-ci.yml:3'],
        fixed: {
          '.gitlab-ci.yml': `
            container:
              script:
                - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
          `,
        },
      },
      {
        files: `
          on: push
          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - run: helm registry login ghcr.io --username ci --password=\${{ secrets.GITHUB_TOKEN }}
        `,
        at: [6],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Push') { steps { sh 'docker login -u ci -p $PASSWORD registry.example.com' } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
                - docker run -p 8080:80 app
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    for (const command of commandsOf(pipeline)) {
      const { program = '', args, file } = command;
      const login = /^(?:docker|podman|nerdctl|buildah|skopeo|oras|crane)$/.test(program)
        ? startsWith(command, 'login') || startsWith(command, 'auth', 'login')
        : program === 'helm' && startsWith(command, 'registry', 'login');
      const value = login ? flagValue(args, '--password', '-p') : undefined;
      if (value && value.text !== '')
        report('argument', { file, range: value.range }, { program }, { fix: piped(command) });
    }
  },
});

/** `echo "$PASSWORD" | … --password-stdin`, where the command stands by itself and the password is one variable. */
function piped({ args, file, range, command }: JobCommand): readonly Edit[] {
  const index = args.findIndex((word) => word.text === '-p' || word.text === '--password');
  const [flag, value] = [args[index], args[index + 1]];
  if (!flag || !value || command.pipeline || command.assignments.length > 0 || command.redirects.length > 0) return [];
  const written = file.text.slice(value.range.start, value.range.end);
  const name = /^"?(\$\{?\w+\}?)"?$/.exec(written)?.[1];
  const line = file.text.slice(file.text.lastIndexOf('\n', range.start - 1) + 1, range.start);
  if (name === undefined || written !== value.text || /["']/.test(line)) return [];
  return [
    { file, range: { start: range.start, end: range.start }, text: `echo "${name}" | ` },
    { file, range: { start: flag.range.start, end: value.range.end }, text: '--password-stdin' },
  ];
}
