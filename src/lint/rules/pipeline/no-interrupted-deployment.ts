import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const noInterruptedDeployment = defineRule({
  id: 'pipeline/no-interrupted-deployment',
  summary: 'A deployment is not cancelled half-way',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A newer push may cancel a check, which costs nothing. A deployment that is cancelled leaves an environment half old and half new, or a migration without its code.',
  source: 'https://docs.gitlab.com/ci/yaml/#interruptible',
  messages: {
    gitlab: { text: 'The job deploys and is interruptible', remedy: 'Set interruptible: false in it.' },
    github: {
      text: 'A newer run cancels this workflow, also while it deploys',
      remedy: 'Set cancel-in-progress: false, or let it depend on the event.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              interruptible: true
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
        files: `
          on:
            push: { branches: [main] }
          concurrency:
            group: \${{ github.ref }}
            cancel-in-progress: true
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              environment: staging
              steps:
                - run: kubectl apply -k k8s/overlays/staging
        `,
        at: [5],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              interruptible: true
            staging:
              stage: deploy
              interruptible: false
              script: kubectl apply -k k8s/overlays/staging
              environment: staging
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          `,
        },
      },
      `
        on:
          push: { branches: [main] }
          pull_request:
        concurrency:
          group: \${{ github.ref }}
          cancel-in-progress: \${{ github.event_name == 'pull_request' }}
        jobs:
          deploy:
            if: github.event_name == 'push'
            runs-on: ubuntu-24.04
            environment: staging
            concurrency: { group: staging, cancel-in-progress: false }
            steps:
              - run: kubectl apply -k k8s/overlays/staging
      `,
    ],
  },
  check(pipeline, { report }) {
    const cancelled =
      pipeline.kind === 'github-workflow' ? pipeline.root.get('concurrency', 'cancel-in-progress') : undefined;
    for (const job of jobGraph(pipeline).jobs) {
      const deployment = deploymentOf(job);
      if (!deployment || deploymentTarget(job, deployment) === 'provisional') continue;
      const related = [{ file: deployment.file, range: deployment.range, message: 'It deploys here' }];
      if (job.gitlab && pipeline.kind === 'gitlab') {
        const off = pipeline.root.string('workflow', 'auto_cancel', 'on_new_commit') === 'none';
        if (!off && job.gitlab.root.boolean('interruptible') === true) report('gitlab', job, {}, { related });
      }
      const own = job.github?.root.get('concurrency', 'cancel-in-progress');
      const place = own?.boolean() === true ? own : cancelled?.boolean() === true ? cancelled : undefined;
      if (place) {
        report('github', place, {}, { related });
        if (place === cancelled) return;
      }
    }
  },
});
