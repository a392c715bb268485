import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const noMaintainer = defineRule({
  id: 'dockerfile/no-maintainer',
  summary: 'A label names the authors, not MAINTAINER',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL4000', 'buildkit:MaintainerDeprecated', 'trivy:DS-0022', 'checkov:CKV_DOCKER_6'],
  why: 'MAINTAINER is deprecated since 2017 and fills a field that few tools show. The label org.opencontainers.image.authors is the standard that registries and scanners read.',
  source: 'https://docs.docker.com/reference/build-checks/maintainer-deprecated/',
  messages: {
    maintainer: { text: 'MAINTAINER is deprecated', remedy: 'Use LABEL org.opencontainers.image.authors.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          MAINTAINER Jo Doe <jo@example.com>
        `,
        at: [2],
        fixed: `
          FROM alpine:3.22
          LABEL org.opencontainers.image.authors="Jo Doe <jo@example.com>"
        `,
      },
    ],
    good: [
      `
        FROM alpine:3.22
        LABEL org.opencontainers.image.authors="Jo Doe <jo@example.com>"
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'MAINTAINER') continue;
      const text = instruction.file.slice(instruction.argument.range).replace(/^"([^"]*)"$/, '$1');
      const plain = !/["\\$\n]/.test(text);
      const label = `LABEL org.opencontainers.image.authors="${text}"`;
      report('maintainer', instruction, {}, plain ? { fix: [replace(instruction, label)] } : {});
    }
  },
});
