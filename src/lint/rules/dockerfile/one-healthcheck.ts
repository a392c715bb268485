import { removeLines } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const oneHealthcheck = defineRule({
  id: 'dockerfile/one-healthcheck',
  summary: 'A stage has one HEALTHCHECK',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3012', 'trivy:DS-0023'],
  why: 'Only the last HEALTHCHECK of a stage has an effect. An earlier one misleads whoever reads or changes it, and is often a leftover of a merge.',
  source: 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  messages: {
    ignored: { text: 'This HEALTHCHECK has no effect: a later one of the stage replaces it', remedy: 'Remove it.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          HEALTHCHECK CMD ["a"]
          HEALTHCHECK CMD ["b"]
        `,
        at: [2],
        fixed: `
          FROM alpine:3.22
          HEALTHCHECK CMD ["b"]
        `,
      },
    ],
    good: [
      {
        files: `
          FROM alpine:3.22 AS test
          HEALTHCHECK CMD ["a"]
          FROM alpine:3.22
          HEALTHCHECK CMD ["b"]
        `,
        note: 'Each stage has its own.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const stage of dockerfile.stages) {
      const all = stage.instructions.filter(({ keyword }) => keyword === 'HEALTHCHECK');
      const last = all.at(-1);
      for (const instruction of all.slice(0, -1)) {
        const related = last ? [{ file: last.file, range: last.range, message: 'This one has the effect' }] : [];
        const fix = instruction.heredocs.length > 0 ? [] : [removeLines(instruction)];
        report('ignored', instruction, {}, { related, fix });
      }
    }
  },
});
