import { type PushedImage, pushedImages } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { placedCalls } from './_jenkins.ts';

export const noLatestTagPushed = defineRule({
  id: 'pipeline/no-latest-tag-pushed',
  summary: 'An image is pushed under a tag of its own',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'When `latest` is the only tag, the image of yesterday is gone from the registry by name: nothing can be rolled back to, and two pods of one Deployment may run different code.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  messages: {
    latest: { text: 'The image is pushed only as latest', remedy: 'Push it under the commit or the version, too.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker build -t registry.example.com/orders .
                - docker push registry.example.com/orders
          `,
        },
        at: ['.gitlab-ci.yml:4'],
      },
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
                  with:
                    push: true
                    tags: ghcr.io/acme/orders:latest
        `,
        at: [10],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Image') { steps { script { docker.build('acme/orders').push('latest') } } }
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
                - docker push registry.example.com/orders:$CI_COMMIT_SHA
                - docker push registry.example.com/orders:latest
          `,
        },
        note: 'The second name is for people.',
      },
      `
        on:
          push: { branches: [main] }
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83 # v6.18.0
                with:
                  push: true
                  tags: \${{ steps.meta.outputs.tags }}
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker push "$IMAGE"
                - docker push localhost:5000/orders
          `,
        },
        note: 'The variable may hold a tag, and a registry on the machine is for the test.',
      },
    ],
  },
  check(pipeline, { report }) {
    const pushed = jobGraph(pipeline).jobs.flatMap((job) => pushedImages(job));
    if (pushed.some((image) => image.tag === '$')) return;
    const others =
      pipeline.kind === 'jenkins' && placedCalls(pipeline, 'push').some(({ call }) => call.args.length === 0);
    const own = new Set(pushed.filter((image) => !isLatest(image)).map((image) => image.repository));
    for (const image of pushed) {
      if (!isLatest(image) || own.has(image.repository) || /^(?:localhost|127\.)/.test(image.repository ?? ''))
        continue;
      if (image.repository === undefined && others) continue;
      report('latest', image);
    }
  },
});

function isLatest({ tag }: PushedImage): boolean {
  return tag === undefined || tag === 'latest';
}
