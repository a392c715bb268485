import { mentions, pushesImages } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const sbomMade = defineRule({
  id: 'pipeline/sbom-made',
  summary: 'The contents of an image are listed',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'When the next hole in a library is announced, a bill of materials for each image answers in minutes which services have it. Made while the image is built it is complete; made later it is a guess.',
  source: 'https://docs.docker.com/build/metadata/attestations/sbom/',
  messages: {
    missing: {
      text: 'The image is pushed without a list of its contents',
      remedy: 'Make an SBOM in the pipeline (syft, trivy or the sbom option of BuildKit) and keep it.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker buildx build --push --sbom=true --tag "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
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
      !repository.pipelines.some((other) => other.kind === pipeline.kind && mentions(jobGraph(other), lister))
    )
      report('missing', push);
  },
});

const lister = /syft|cyclonedx|spdx|sbom|cdxgen/i;
