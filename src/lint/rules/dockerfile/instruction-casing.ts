import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const instructionCasing = defineRule({
  id: 'dockerfile/instruction-casing',
  summary: 'All instructions are written in one case',
  severity: 'info',
  preset: 'recommended',
  peers: ['buildkit:ConsistentInstructionCasing'],
  why: 'Instructions stand out from their arguments when all are written alike, by convention in capitals. BuildKit prints a note on every build where they are mixed.',
  source: 'https://docs.docker.com/reference/dockerfile/#format',
  messages: {
    casing: { text: '{keyword} is not written like the other instructions', remedy: 'Write {wanted}.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          Workdir /app
          copy a b
          USER 10001
        `,
        at: [2, 3],
        fixed: `
          FROM alpine:3.22
          WORKDIR /app
          COPY a b
          USER 10001
        `,
      },
    ],
    good: [
      `
        FROM alpine:3.22
        WORKDIR /app
      `,
      `
        from alpine:3.22
        workdir /app
      `,
    ],
  },
  check(dockerfile, { report }) {
    const written = dockerfile.instructions.map(({ file, keywordRange }) => file.slice(keywordRange));
    const small = written.filter((keyword) => keyword === keyword.toLowerCase()).length;
    const toLower = small > written.length / 2;
    for (const { file, keywordRange, keyword } of dockerfile.instructions) {
      const own = file.slice(keywordRange);
      const wanted = toLower ? keyword.toLowerCase() : keyword;
      const where = { file, range: keywordRange };
      if (own !== wanted) report('casing', where, { keyword: own, wanted }, { fix: [replace(where, wanted)] });
    }
  },
});
