import { lineage, type Stage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { officialName, rootImage } from '../../../artifacts/dockerfile/run.ts';
import type { ShellCommand } from '../../../artifacts/shell/script.ts';
import { insertLinesBefore } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

/** Commands that cannot fail in a way that matters in front of a pipe. */
const harmless = new Set(['echo', 'printf', 'yes', 'true', ':']);

export const pipefail = defineRule({
  id: 'dockerfile/pipefail',
  summary: 'A pipeline fails when any part of it fails',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL4006'],
  why: 'A shell looks at the last command of a pipeline only. When a download in front of it fails, the build goes on with half a file and the layer is cached.',
  source: 'https://docs.docker.com/build/building/best-practices/#using-pipes',
  messages: {
    pipe: { text: 'A failure of {name} is not noticed', remedy: 'Set SHELL with -o pipefail before this RUN.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
        `,
        at: [2],
        fixed: `
          FROM debian:13-slim
          SHELL ["/bin/bash", "-o", "pipefail", "-c"]
          RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
        `,
      },
      {
        files: `
          FROM alpine:3.22
          RUN wget -qO- https://example.com/a.tar.gz | tar -xz
        `,
        at: [2],
        fixed: `
          FROM alpine:3.22
          SHELL ["/bin/ash", "-o", "pipefail", "-c"]
          RUN wget -qO- https://example.com/a.tar.gz | tar -xz
        `,
      },
      {
        files: `
          FROM registry.example.com/base:1
          RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
        `,
        at: [2],
        note: 'Which shell the base has is not known, so there is no fix.',
      },
    ],
    good: [
      `
        FROM debian:13-slim
        SHELL ["/bin/bash", "-o", "pipefail", "-c"]
        RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
      `,
      `
        FROM debian:13-slim AS base
        SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
        FROM base
        RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
      `,
      `
        FROM debian:13-slim
        RUN set -o pipefail && curl -fsSL https://example.com/a.tar.gz | tar -xz
      `,
      {
        files: `
          FROM debian:13-slim
          RUN echo "a  b" | sha256sum -c - && if ls | grep -q x; then true; fi
        `,
        note: 'echo does not fail, and a condition asks for the last command alone.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const offered = new Set<Stage>();
    for (const instruction of dockerfile.instructions) {
      const { script, stage } = instruction;
      if (instruction.keyword !== 'RUN' || script === undefined || stage === undefined) continue;
      if (/\bpipefail\b/.test(script.text)) continue;
      const shell = lineage(stage)
        .flatMap(({ instructions }) => instructions)
        .filter(({ keyword, range }) => keyword === 'SHELL' && range.start < instruction.range.start)
        .at(-1);
      const shellText = shell === undefined ? '' : shell.file.slice(shell.argument.range);
      if (/pipefail|pwsh|powershell|cmd(?:\.exe)?"/i.test(shellText)) continue;
      const culprit = script.commands.find(isUnnoticed);
      if (culprit === undefined) continue;
      const wanted = shell || offered.has(stage) ? undefined : shellOf(stage);
      offered.add(stage);
      const fix =
        wanted === undefined ? [] : [insertLinesBefore(instruction, `SHELL ["${wanted}", "-o", "pipefail", "-c"]`)];
      report(
        'pipe',
        { file: script.file, range: culprit.range },
        { name: culprit.name ?? 'the first command' },
        { fix },
      );
    }
  },
});

function isUnnoticed({ pipeline, condition, substituted, name }: ShellCommand): boolean {
  if (pipeline === undefined || condition || substituted || pipeline.index === pipeline.length - 1) return false;
  return name !== undefined && !harmless.has(name);
}

/** The shell with pipefail that an official image brings: https://hub.docker.com/_/buildpack-deps */
function shellOf(stage: Stage): string | undefined {
  const image = rootImage(stage);
  const name = officialName(image);
  if (name === undefined) return undefined;
  if (name === 'alpine' || /(?:^|-)alpine/.test(image?.tag ?? '')) return '/bin/ash';
  return ['debian', 'ubuntu', 'python', 'node', 'golang', 'rust', 'ruby', 'buildpack-deps', 'fedora'].includes(name)
    ? '/bin/bash'
    : undefined;
}
