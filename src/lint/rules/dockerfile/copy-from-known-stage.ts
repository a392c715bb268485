import { mountOptions } from '../../../artifacts/dockerfile/run.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

export const copyFromKnownStage = defineRule({
  id: 'dockerfile/copy-from-known-stage',
  summary: 'COPY --from names an earlier stage',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3022', 'hadolint:DL3023', 'trivy:DS-0006'],
  why: 'A name that no earlier stage has is taken for an image and pulled from Docker Hub: at best the build fails, at worst it copies files of a stranger. A stage cannot copy from itself.',
  source: 'https://docs.docker.com/reference/dockerfile/#copy---from',
  messages: {
    self: { text: 'The stage copies from itself', remedy: 'Name an earlier stage.' },
    later: { text: 'The stage {name} comes later', remedy: 'Move it before this one.' },
    index: { text: 'There is no stage {name} before this one', remedy: 'Name the stage instead of counting.' },
    unknown: { text: 'No stage is called {name}; {other} is', remedy: 'Write {other}.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM golang:1.25 AS build
          COPY --from=build /a /b
          FROM alpine:3.22 AS runtime
          COPY --from=biuld /a /a
          COPY --from=7 /a /a
          RUN --mount=type=bind,from=assets,target=/assets ls /assets
          FROM node:24 AS assets
        `,
        at: [2, 4, 5, 6],
      },
    ],
    good: [
      `
        FROM golang:1.25 AS build
        FROM alpine:3.22
        COPY --from=build /a /a
        COPY --from=0 /b /b
        COPY --from=nginx:1.29-alpine /etc/nginx /etc/nginx
      `,
      {
        files: `
          FROM alpine:3.22
          ARG SOURCE
          COPY --from=docs /a /a
          COPY --from=\${SOURCE} /a /a
        `,
        note: 'docs may be a build context that has a name, or an image.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const { stages } = dockerfile;
    for (const instruction of dockerfile.instructions) {
      const own = instruction.stage;
      if (own === undefined) continue;
      const sources: { readonly where: Location; readonly text: string }[] = [];
      for (const flag of instruction.flags) {
        if (flag.value === undefined) continue;
        const text = flag.name === 'mount' ? mountOptions(flag.value).get('from') : flag.value;
        if (text !== undefined && (flag.name === 'mount' || flag.name === 'from')) sources.push({ where: flag, text });
      }
      for (const { where, text } of sources) {
        const name = dockerfile.expand(text, instruction);
        if (name === undefined || name === '') continue;
        if (/^\d+$/.test(name)) {
          if (Number(name) >= own.index && !stages.some((stage) => stage.name?.value === name))
            report('index', where, { name });
          continue;
        }
        const named = stages.filter((stage) => stage.name?.value.toLowerCase() === name.toLowerCase());
        if (named.some((stage) => stage.index < own.index)) continue;
        if (named.includes(own)) report('self', where);
        else if (named.length > 0) report('later', where, { name });
        else if (/^[\w-]+$/.test(name)) {
          const earlier = stages.slice(0, own.index).flatMap((stage) => stage.name?.value ?? []);
          const other = meant(name, earlier);
          if (other !== undefined) report('unknown', where, { name, other });
        }
      }
    }
  },
});
