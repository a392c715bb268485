import { lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { defineRule } from '../../rule.ts';

export const ociLabels = defineRule({
  id: 'dockerfile/oci-labels',
  summary: 'Labels say which version and commit an image is',
  severity: 'info',
  preset: 'strict',
  peers: ['hadolint:DL3049'],
  why: 'An image that runs somewhere is traced back to its commit by the labels that the OCI defines. Registries, scanners and update bots read them too.',
  source: 'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
  messages: {
    missing: { text: 'The image has no label {label}', remedy: 'Add it with LABEL, filled by an ARG.' },
  },
  options: {
    labels: {
      type: 'strings',
      default: ['org.opencontainers.image.version', 'org.opencontainers.image.revision'],
      description: 'The labels that every image has.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.14-slim
      ARG VERSION=0
      LABEL org.opencontainers.image.version="$VERSION"
    `,
        at: [1],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        ARG VERSION=0
        ARG REVISION=unknown
        LABEL org.opencontainers.image.version="$VERSION" org.opencontainers.image.revision="$REVISION"
      `,
    ],
  },
  check(dockerfile, { report, options }) {
    const stage = dockerfile.finalStage;
    if (stage === undefined) return;
    const labels = lineage(stage).flatMap(({ instructions }) =>
      instructions.flatMap(({ keyword, assignments }) =>
        keyword === 'LABEL' ? assignments.map(({ name }) => name) : [],
      ),
    );
    if (labels.some((label) => label.includes('$'))) return;
    for (const label of options.labels) if (!labels.includes(label)) report('missing', stage.base, { label });
  },
});
