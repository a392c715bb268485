import { commandsOf, type JobCommand, startsWith } from '../../../artifacts/pipeline/jobs.ts';
import type { Pipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { flagWord } from '../../../artifacts/shell/arguments.ts';
import type { ShellWord } from '../../../artifacts/shell/script.ts';
import { type MapNode, ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { gitlabVariables, type PipelineVariable } from './_gitlab.ts';

export const noTlsVerificationOff = defineRule({
  id: 'pipeline/no-tls-verification-off',
  summary: 'Certificates are checked',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Without the check whoever sits between the runner and the server can answer in its place: hand out packages, take tokens, or play the cluster that is deployed to.',
  source: 'https://curl.se/docs/sslcerts.html',
  messages: {
    flag: {
      text: '{program} does not check the certificate',
      remedy: 'Remove the flag; give the certificate of your own authority instead.',
    },
    variable: {
      text: '{name} switches the check of certificates off',
      remedy: 'Remove it; give the certificate of your own authority instead.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            variables:
              GIT_SSL_NO_VERIFY: "true"
            deploy:
              script:
                - curl -k https://deploy.example.com/hook
                - wget --no-check-certificate https://example.com/tool
                - git config --global http.sslVerify false
                - kubectl --insecure-skip-tls-verify get pods
                - NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci
          `,
        },
        at: [
          '.gitlab-ci.yml:2',
          '.gitlab-ci.yml:5',
          '.gitlab-ci.yml:6',
          '.gitlab-ci.yml:7',
          '.gitlab-ci.yml:8',
          '.gitlab-ci.yml:9',
        ],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            variables:
              GIT_SSL_NO_VERIFY: "false"
            deploy:
              script:
                - curl --fail https://deploy.example.com/hook
                - curl --cacert ca.pem https://deploy.example.com/hook
                - curl -k https://localhost:8443/health
                - kubectl --insecure-skip-tls-verify=false get pods
          `,
        },
        note: 'Nobody sits between a machine and itself.',
      },
    ],
  },
  check(pipeline, { report }) {
    for (const command of commandsOf(pipeline)) {
      const { program = '', file, args } = command;
      const flag = unchecked(command);
      const local = args.some((word) =>
        /^(?:https?:\/\/)?(?:localhost|127\.|\[::1\]|host\.docker)/.test(word.value ?? ''),
      );
      if (flag && !local) report('flag', { file, range: flag.range }, { program });
      for (const assignment of command.command.assignments) {
        if (switchesOff(assignment.name, assignment.value))
          report('variable', { file, range: assignment.range }, { name: assignment.name });
      }
      for (const word of program === 'export' ? args : []) {
        const [name = '', value] = (word.value ?? '').split('=');
        if (switchesOff(name, value)) report('variable', { file, range: word.range }, { name });
      }
    }
    for (const { name, value, ...where } of settings(pipeline))
      if (switchesOff(name, value)) report('variable', where, { name });
  },
});

/** The word by which a command stops checking certificates. */
function unchecked(command: JobCommand): ShellWord | undefined {
  const { program = '', args } = command;
  const off = (word: ShellWord | undefined) => (word && !/=false$/.test(word.text) ? word : undefined);
  const last = (pattern: RegExp) => args.find((word) => pattern.test(word.value ?? ''));
  switch (program) {
    case 'curl':
      return off(flagWord(args, '-k', '--insecure'));
    case 'wget':
      return flagWord(args, '--no-check-certificate');
    case 'git':
      return startsWith(command, 'config', /^http\..*sslverify$/i, 'false')
        ? last(/^false$/)
        : last(/^http\..*sslverify=false$/i);
    case 'npm':
    case 'yarn':
      return startsWith(command, 'config', 'set', 'strict-ssl', 'false')
        ? last(/^false$/)
        : last(/^(?:--)?strict-ssl=false$/);
    case 'kubectl':
    case 'oc':
    case 'helm':
      return off(flagWord(args, '--insecure-skip-tls-verify', '--kube-insecure-skip-tls-verify'));
    case 'skopeo':
    case 'podman':
    case 'buildah':
      return last(/^--(?:src-|dest-)?tls-verify=false$/);
    default:
      return undefined;
  }
}

function switchesOff(name: string, value: string | undefined): boolean {
  if (name === 'GIT_SSL_NO_VERIFY') return /^(?:1|true|yes|on)$/i.test(value ?? '');
  return /^(?:NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY)$/.test(name) && value === '0';
}

function settings(pipeline: Pipeline): readonly PipelineVariable[] {
  if (pipeline.kind === 'jenkins') return [];
  if (pipeline.kind === 'gitlab') return gitlabVariables(pipeline);
  const owners: (MapNode | undefined)[] = [pipeline.root.map('env')];
  const steps = pipeline.kind === 'github-action' ? pipeline.steps : pipeline.jobs.flatMap((job) => job.steps);
  if (pipeline.kind === 'github-workflow') owners.push(...pipeline.jobs.map((job) => job.root.map('env')));
  owners.push(...steps.map((step) => step.root.map('env')));
  return owners.flatMap((owner) =>
    (owner?.pairs() ?? []).flatMap(({ name, value }) =>
      value instanceof ScalarNode ? [{ file: value.file, range: value.range, name, value: value.source }] : [],
    ),
  );
}
