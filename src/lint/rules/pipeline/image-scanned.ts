import { mentions, pushesImages } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const imageScanned = defineRule({
  id: 'pipeline/image-scanned',
  summary: 'An image is scanned before it is pushed',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'An image carries a whole operating system beside the code. A scan in the pipeline finds the known holes of all of it on the day it is built, and stops the ones that have a fix.',
  source: 'https://github.com/aquasecurity/trivy/blob/main/docs/guide/target/container_image.md',
  messages: {
    unscanned: {
      text: 'The image is pushed, and no pipeline scans it',
      remedy: 'Scan it first, for example with trivy image --exit-code 1 --severity HIGH,CRITICAL.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - run: docker build --tag "$IMAGE:$GITHUB_SHA" .
                - run: docker push "$IMAGE:$GITHUB_SHA"
        `,
        at: [8],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker buildx build --push --tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      `
        on:
          push: { branches: [main] }
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --tag "$IMAGE:$GITHUB_SHA" .
              - run: grype "$IMAGE:$GITHUB_SHA" --fail-on high
              - run: docker push "$IMAGE:$GITHUB_SHA"
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            include:
              - template: Jobs/Container-Scanning.gitlab-ci.yml
            container:
              script:
                - docker buildx build --push --tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
          `,
        },
      },
    ],
  },
  check(pipeline, { report, repository }) {
    const graph = jobGraph(pipeline);
    if (!graph.complete) return;
    const push = graph.jobs.map((job) => pushesImages(job)).find((place) => place !== undefined);
    if (
      push &&
      !repository.pipelines.some((other) => other.kind === pipeline.kind && mentions(jobGraph(other), scanner))
    )
      report('unscanned', push);
  },
});

const scanner =
  /trivy|grype|snyk|scout|anchore|clair|twistcli|prisma|wizcli|sysdig|xray|lacework|neuvector|osv-scanner|vuln|(?:image|container)[-_ ]?scan|scan[-_ ]?(?:image|container)/i;
