import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const fromAsCasing = defineRule({
  id: 'dockerfile/from-as-casing',
  summary: 'AS is written like FROM',
  severity: 'info',
  preset: 'recommended',
  peers: ['buildkit:FromAsCasing'],
  why: 'Keywords in one case set themselves apart from the names between them. BuildKit prints a note on every build where the two differ.',
  source: 'https://docs.docker.com/reference/build-checks/from-as-casing/',
  messages: {
    casing: { text: '{as} and {from} are written in different cases', remedy: 'Write {wanted}.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM golang:1.25 as build
        `,
        at: [1],
        fixed: `
          FROM golang:1.25 AS build
        `,
      },
    ],
    good: [
      `
        FROM golang:1.25 AS build
        FROM alpine:3.22
      `,
      `
        from golang:1.25 as build
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { from } of dockerfile.stages) {
      const as = from.words[1];
      const keyword = from.file.slice(from.keywordRange);
      if (as === undefined || !/^as$/i.test(as.raw)) continue;
      const wanted = keyword === keyword.toLowerCase() ? 'as' : 'AS';
      if (as.raw !== wanted)
        report('casing', as, { as: as.raw, from: keyword, wanted }, { fix: [replace(as, wanted)] });
    }
  },
});
