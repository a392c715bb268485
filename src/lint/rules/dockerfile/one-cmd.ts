import { removeLines } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const oneCmd = defineRule({
  id: 'dockerfile/one-cmd',
  summary: 'A stage has one CMD',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL4003', 'buildkit:MultipleInstructionsDisallowed', 'trivy:DS-0016'],
  why: 'Only the last CMD of a stage has an effect. An earlier one misleads whoever reads or changes it, and is often a leftover of a merge.',
  source: 'https://docs.docker.com/reference/dockerfile/#cmd',
  messages: {
    ignored: { text: 'This CMD has no effect: a later one of the stage replaces it', remedy: 'Remove it.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          CMD ["a"]
          CMD ["b"]
        `,
        at: [2],
        fixed: `
          FROM alpine:3.22
          CMD ["b"]
        `,
      },
    ],
    good: [
      {
        files: `
          FROM alpine:3.22 AS test
          CMD ["a"]
          FROM alpine:3.22
          CMD ["b"]
        `,
        note: 'Each stage has its own.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const stage of dockerfile.stages) {
      const all = stage.instructions.filter(({ keyword }) => keyword === 'CMD');
      const last = all.at(-1);
      for (const instruction of all.slice(0, -1)) {
        const related = last ? [{ file: last.file, range: last.range, message: 'This one has the effect' }] : [];
        const fix = instruction.heredocs.length > 0 ? [] : [removeLines(instruction)];
        report('ignored', instruction, {}, { related, fix });
      }
    }
  },
});
