import { deploymentOf, deploymentTarget, deploys } from '../../../artifacts/pipeline/delivery.ts';
import { type JobCommand, jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { defineRule } from '../../rule.ts';

export const rolloutAwaited = defineRule({
  id: 'pipeline/rollout-awaited',
  summary: 'A deployment waits until the new version runs',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: '`kubectl apply` returns as soon as the API server has taken the manifest. Without waiting for the rollout the pipeline is green while the new pods crash, and nobody looks until a user calls.',
  source: 'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/',
  messages: {
    kubectl: {
      text: 'Nothing waits for the rollout of what is applied',
      remedy: 'Follow it with kubectl rollout status --timeout=5m.',
    },
    helm: { text: 'Helm does not wait until the release runs', remedy: 'Add --wait and --timeout.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script: kubectl apply -k k8s/overlays/staging
              environment: staging
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') { steps { sh 'helm upgrade --install orders chart' } }
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
            staging:
              stage: deploy
              script:
                - kubectl apply -f k8s/namespace.yaml
                - kubectl apply -k k8s/overlays/staging
                - kubectl rollout status deployment/orders --timeout=5m
              environment: staging
            charts:
              stage: deploy
              script: helm upgrade --install orders chart --atomic
              environment: charts
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script:
                - kubectl apply -k k8s/overlays/staging
                - ./scripts/wait-for-orders
              environment: staging
          `,
        },
        note: 'The script may wait.',
      },
    ],
  },
  check(pipeline, { report }) {
    const graph = jobGraph(pipeline);
    const waits = graph.jobs.some((job) => job.commands.some(mayWait));
    for (const job of graph.jobs) {
      const deployment = deploymentOf(job);
      if (!deployment?.command || deploymentTarget(job, deployment) === 'provisional') continue;
      for (const command of job.commands.filter(deploys)) {
        const { program, args } = command;
        if (program === 'helm') {
          if (!hasFlag(args, '--wait', '--atomic', '--rollback-on-failure') && !waits) report('helm', command);
        } else if (program === 'kubectl' && !waits && !args.some((word) => withoutPods.test(word.text))) {
          report('kubectl', command);
        }
      }
    }
  },
});

const withoutPods = /namespace|secret|config|crd|rbac|role|ingress|issuer|policy|quota|service\.ya?ml/i;

/** Whether a command waits for a rollout, or is a script or target of the repository that may. */
function mayWait({ program = '', args, command }: JobCommand): boolean {
  const words = args.map((word) => word.value ?? '');
  if (program === 'kubectl' || program === 'oc') return words.includes('wait') || words.includes('status');
  return (
    /^(?:make|just|task|argocd|bash|sh)$/.test(program) ||
    /^(?:\.|scripts?\/|ci\/|bin\/)/.test(command.words[0]?.text ?? '')
  );
}
