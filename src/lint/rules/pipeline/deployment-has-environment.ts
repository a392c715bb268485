import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const deploymentHasEnvironment = defineRule({
  id: 'pipeline/deployment-has-environment',
  summary: 'A deployment names its environment',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'With an environment the system knows what is deployed where and since when, gives the job only the secrets of that environment, and can ask for a review. Without one, secrets of production are there for every job.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments',
  messages: {
    missing: {
      text: 'The job deploys without naming an environment',
      remedy: 'Add environment with the name of what it deploys to.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: helm upgrade --install orders chart --wait
        `,
        at: [4],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script: kubectl apply -k k8s/overlays/staging
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          `,
        },
        at: ['.gitlab-ci.yml:1'],
      },
    ],
    good: [
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
      },
      {
        files: `
          on: push
          jobs:
            cluster:
              runs-on: ubuntu-24.04
              steps:
                - run: kind create cluster && helm install orders chart --wait
        `,
        note: 'The cluster is made for the test.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' && pipeline.kind !== 'gitlab') return;
    for (const job of jobGraph(pipeline).jobs) {
      const root = job.github?.root ?? job.gitlab?.root;
      const deployment = deploymentOf(job);
      if (!root || !deployment || root.get('environment') !== undefined) continue;
      if (deploymentTarget(job, deployment) !== 'provisional') report('missing', job);
    }
  },
});
