import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { defineRule } from '../../rule.ts';

export const baseImageTagged = defineRule({
  id: 'dockerfile/base-image-tagged',
  summary: 'Images are named with a version',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3006', 'hadolint:DL3007', 'trivy:DS-0001', 'checkov:CKV_DOCKER_7'],
  why: 'Without a tag, or with latest, the image is whatever was pushed last. A rebuild of the same commit may get another major version, and nobody sees in the history that it changed.',
  source: 'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
  messages: {
    untagged: { text: '{image} has no tag, which means latest', remedy: 'Name a version.' },
    latest: { text: '{image} is a moving target', remedy: 'Name a version.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python
          COPY --from=ghcr.io/astral-sh/uv:latest /uv /usr/local/bin/uv
        `,
        at: [1, 2],
      },
      {
        files: `
          ARG TAG=latest
          FROM python:\${TAG}
        `,
        at: [2],
      },
    ],
    good: [
      `
        FROM python:3.14-slim AS build
        FROM build
      `,
      {
        files: `
          ARG BASE
          FROM scratch AS empty
          FROM \${BASE}
          COPY --from=context /a /a
        `,
        note: 'What the caller decides is not known here; a bare name may be a named build context.',
      },
      `
        FROM gcr.io/distroless/static@sha256:87bce11be0af225e4ca761c40babb06d6d559f5767fbf7dc3c47f0f1a466b92c
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { base, image } of dockerfile.stages) {
      if (image === undefined || image.digest !== undefined) continue;
      if (image.tag === undefined) report('untagged', base, { image: image.repository });
      else if (image.tag === 'latest') report('latest', base, { image: `${image.repository}:latest` });
    }
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'COPY') continue;
      const from = instruction.flags.find(({ name }) => name === 'from');
      const value = from?.value === undefined ? undefined : dockerfile.expand(from.value, instruction);
      const image = value === undefined ? undefined : parseImageReference(value);
      if (from === undefined || value === undefined || image === undefined || image.digest !== undefined) continue;
      if (image.tag === 'latest') report('latest', from, { image: value });
      else if (image.tag === undefined && image.registry !== undefined) report('untagged', from, { image: value });
    }
  },
});
