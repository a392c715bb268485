import { mentions, pushesImages } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const imageSigned = defineRule({
  id: 'pipeline/image-signed',
  summary: 'An image that is pushed is signed',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'A signature made by the pipeline lets the cluster refuse whatever was not built there. It is worth as much as the policy that asks for it, so the rule speaks only where the option says that signatures are wanted.',
  source: 'https://docs.sigstore.dev/cosign/signing/signing_with_containers/',
  messages: {
    unsigned: {
      text: 'The image is pushed and not signed',
      remedy: 'Sign its digest after the push, for example with cosign sign.',
    },
  },
  options: {
    required: { type: 'boolean', default: false, description: 'Whether images have to be signed' },
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
        options: { required: true },
        at: ['.gitlab-ci.yml:3'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
                - cosign sign --yes "$(docker inspect --format '{{index .RepoDigests 0}}' "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA")"
          `,
        },
        options: { required: true },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              script:
                - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
          `,
        },
        note: 'Nobody asked for signatures.',
      },
    ],
  },
  check(pipeline, { report, repository, options }) {
    const graph = jobGraph(pipeline);
    if (!options.required || !graph.complete) return;
    const push = graph.jobs.map((job) => pushesImages(job)).find((place) => place !== undefined);
    if (
      push &&
      !repository.pipelines.some((other) => other.kind === pipeline.kind && mentions(jobGraph(other), signer))
    )
      report('unsigned', push);
  },
});

const signer = /cosign|notation|attest|gitsign|signing/i;
