import { deploymentOf, deploys } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const noLatestTagDeployed = defineRule({
  id: 'pipeline/no-latest-tag-deployed',
  summary: 'What is deployed is named by its own tag',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Setting an image to `latest` when it already is `latest` changes nothing: Kubernetes sees no difference, starts no rollout, and the pipeline reports success. What runs then depends on when a node last pulled.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  messages: {
    latest: { text: 'The deployment names the tag latest', remedy: 'Name the tag that this pipeline built.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script:
                - kubectl set image deployment/orders web=registry.example.com/orders:latest
                - helm upgrade --install orders chart --set image.tag=latest --wait
              environment: staging
          `,
        },
        at: ['.gitlab-ci.yml:4', '.gitlab-ci.yml:5'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script:
                - kubectl set image deployment/orders web=registry.example.com/orders:$CI_COMMIT_SHA
                - helm upgrade --install orders chart --set image.tag=$CI_COMMIT_SHA --wait
              environment: staging
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    for (const job of jobGraph(pipeline).jobs) {
      if (!deploymentOf(job)) continue;
      for (const command of job.commands.filter(deploys)) {
        const tag =
          command.program === 'kubectl' ? /^[\w.*-]+=[^=]+:latest$/ : /(?:^|[.,])(?:image\.)?tag=latest(?:$|,)/i;
        if (command.program !== 'kubectl' && command.program !== 'helm') continue;
        for (const word of command.args) {
          if (tag.test((word.value ?? word.text).replace(/^--set(?:-string)?=/, '')))
            report('latest', { file: command.file, range: word.range });
        }
      }
    }
  },
});
