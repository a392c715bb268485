import { effective, lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { isPlainBase, isScratch, rootImage } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

export const userNonRoot = defineRule({
  id: 'dockerfile/user-non-root',
  summary: 'The image does not run as root',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3002', 'checkov:CKV_DOCKER_3', 'checkov:CKV_DOCKER_8', 'trivy:DS-0002'],
  why: 'Whoever breaks into a process gets its rights. Root in the container may write every file of the image and, through a flaw of the kernel or a careless mount, becomes root on the host.',
  source: 'https://docs.docker.com/build/building/best-practices/#user',
  messages: {
    root: { text: 'The image runs as {user}', remedy: 'End the last stage with an unprivileged USER.' },
    missing: {
      text: 'No USER is set, so the image runs as root',
      remedy: 'Add USER with an unprivileged, numeric id.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          COPY app.py /app/
          CMD ["python", "/app/app.py"]
        `,
        at: [1],
      },
      {
        files: `
          FROM python:3.14-slim
          USER 10001
          USER root
          CMD ["python"]
        `,
        at: [3],
      },
    ],
    good: [
      `
        FROM python:3.14-slim AS build
        FROM python:3.14-slim
        USER 10001:10001
        CMD ["python"]
      `,
      {
        files: `
          FROM gcr.io/distroless/python3-debian12:nonroot
          COPY app.py /app/
        `,
        note: 'The base image says who runs; what is not known is not reported.',
      },
      {
        files: `
          FROM alpine:3.22
          RUN apk add --no-cache su-exec
          ENTRYPOINT ["/entrypoint.sh"]
        `,
        note: 'The entry point gives up its rights.',
      },
      {
        files: `
          FROM scratch
          COPY dist /
        `,
        note: 'Nothing is run from files alone.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const { finalStage } = dockerfile;
    if (finalStage === undefined) return;
    const stages = lineage(finalStage);
    const instructions = stages.flatMap((stage) => stage.instructions);
    const text = instructions.map((instruction) => instruction.file.slice(instruction.range)).join('\n');
    if (/\b(?:gosu|su-exec|setpriv|s6-setuidgid|s6-overlay)\b/.test(text)) return;
    const user = effective(finalStage, 'USER');
    if (user) {
      const name = dockerfile.expand(user.words[0]?.value ?? '', user);
      if (name !== undefined && /^(?:root|0+)(?::|$)/.test(name)) report('root', user.argument, { user: name });
      return;
    }
    const runs = instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
    if (isPlainBase(rootImage(finalStage)) || (isScratch(finalStage) && runs)) report('missing', finalStage.base);
  },
});
