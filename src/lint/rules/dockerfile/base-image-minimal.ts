import { lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { officialName } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

export const baseImageMinimal = defineRule({
  id: 'dockerfile/base-image-minimal',
  summary: 'The image that runs has a small base',
  severity: 'info',
  preset: 'recommended',
  peers: [],
  why: 'The full variants of language images bring compilers, version control and several hundred packages that a service never calls. Each of them is downloaded, scanned, patched, and of use to an attacker. A slim, alpine or distroless base has what is needed to run.',
  source: 'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
  messages: {
    full: {
      text: '{image} is the full variant, made for building',
      remedy: 'Run on a slim, alpine or distroless image.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14
      USER 10001
    `,
        at: [1],
      },
    ],
    good: [
      {
        files: `
          FROM python:3.14 AS build
          FROM python:3.14-slim
        `,
        note: 'A build stage may be as large as it likes.',
      },
      `
        FROM gcr.io/distroless/python3-debian12:nonroot
      `,
    ],
  },
  check(dockerfile, { report }) {
    const root = dockerfile.finalStage && lineage(dockerfile.finalStage)[0];
    const name = officialName(root?.image);
    const tag = root?.image?.tag;
    if (root === undefined || name === undefined || tag === undefined) return;
    const hasSlim = ['python', 'node', 'ruby', 'rust', 'perl'].includes(name);
    if (hasSlim && !/slim|alpine|windows|nanoserver/.test(tag)) report('full', root.base, { image: `${name}:${tag}` });
  },
});
