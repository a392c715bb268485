import { effective, lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { isPlainBase, isScratch, rootImage } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

export const healthcheck = defineRule({
  id: 'dockerfile/healthcheck',
  summary: 'A server says how its health is asked',
  severity: 'info',
  preset: 'strict',
  peers: ['hadolint:DL3057', 'checkov:CKV_DOCKER_2', 'trivy:DS-0026'],
  why: 'Without it, Docker and Compose only know that the process exists, not that it answers: a service that hangs counts as running, and nothing can wait until it is ready. Kubernetes has probes of its own and ignores it.',
  source: 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  messages: {
    missing: {
      text: 'The image listens on a port but has no HEALTHCHECK',
      remedy: 'Add HEALTHCHECK with a cheap request.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          EXPOSE 8000
          CMD ["python", "-m", "orders"]
        `,
        at: [2],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        EXPOSE 8000
        HEALTHCHECK CMD ["python", "-m", "orders.healthcheck"]
        CMD ["python", "-m", "orders"]
      `,
      {
        files: `
          FROM python:3.14-slim
          CMD ["python", "-m", "orders.migrate"]
        `,
        note: 'A job has no health to ask for.',
      },
      {
        files: `
          FROM registry.example.com/base/python:1
          EXPOSE 8000
        `,
        note: 'The base image may bring one.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const stage = dockerfile.finalStage;
    if (stage === undefined || effective(stage, 'HEALTHCHECK')) return;
    if (!isPlainBase(rootImage(stage)) && !isScratch(stage)) return;
    const exposed = lineage(stage).flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => keyword === 'EXPOSE'),
    );
    const last = exposed.at(-1);
    if (last) report('missing', last);
  },
});
