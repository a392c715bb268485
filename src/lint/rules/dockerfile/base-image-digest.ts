import { defineRule } from '../../rule.ts';

export const baseImageDigest = defineRule({
  id: 'dockerfile/base-image-digest',
  summary: 'Base images are pinned by digest',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'A tag can be pushed again with other contents, by its publisher or by whoever took over the account. A digest names the contents themselves, so a rebuild uses the same bytes. Renovate and Dependabot keep it current.',
  source: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
  messages: {
    missing: { text: '{image} is not pinned by digest', remedy: 'Add @sha256:… after the tag.' },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14-slim
    `,
        at: [1],
      },
    ],
    good: [
      `
        FROM gcr.io/distroless/static:nonroot@sha256:87bce11be0af225e4ca761c40babb06d6d559f5767fbf7dc3c47f0f1a466b92c
      `,
      `
        ARG BASE
        FROM scratch AS empty
        FROM \${BASE}
        FROM empty
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { base, image } of dockerfile.stages) {
      if (image === undefined || image.digest !== undefined) continue;
      report('missing', base, {
        image: image.tag === undefined ? image.repository : `${image.repository}:${image.tag}`,
      });
    }
  },
});
