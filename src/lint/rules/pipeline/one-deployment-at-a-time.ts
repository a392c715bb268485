import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const oneDeploymentAtATime = defineRule({
  id: 'pipeline/one-deployment-at-a-time',
  summary: 'One deployment to an environment runs at a time',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Two pipelines run at once when two changes are merged shortly after one another. Without a resource group both deploy, and the one that ends last wins, which may be the older one.',
  source: 'https://docs.gitlab.com/ci/environments/deployment_safety/',
  messages: {
    parallel: {
      text: 'Two pipelines may deploy to {environment} at once',
      remedy: 'Add resource_group: {environment}.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
              when: manual
          `,
        },
        at: ['.gitlab-ci.yml:1'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
              resource_group: production
              when: manual
            stop-review:
              stage: deploy
              script: helm uninstall review
              environment:
                name: review/$CI_COMMIT_REF_SLUG
                action: stop
              when: manual
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    for (const job of jobGraph(pipeline).jobs) {
      const deployment = deploymentOf(job);
      const { environment, gitlab } = job;
      if (!deployment || environment === undefined || gitlab?.root.get('resource_group') !== undefined) continue;
      if (deploymentTarget(job, deployment) !== 'provisional') report('parallel', job, { environment });
    }
  },
});
