import { removeLines } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const noVersionField = defineRule({
  id: 'compose/no-version-field',
  summary: 'A Compose file has no version field',
  severity: 'warning',
  preset: 'recommended',
  peers: ['dclint:no-version-field'],
  why: 'The field is obsolete: Compose ignores it, warns on every command, and always validates against the newest specification. It only makes readers believe that an old format is meant.',
  source: 'https://docs.docker.com/reference/compose-file/version-and-name/#version-top-level-element-obsolete',
  messages: {
    version: { text: 'The version field is obsolete', remedy: 'Remove the line.' },
  },
  examples: {
    bad: [
      {
        files: `
          version: "3.8"
          services:
            web:
              image: nginx:1.29
        `,
        at: [1],
        fixed: `
          services:
            web:
              image: nginx:1.29
        `,
      },
    ],
    good: [
      `
        services:
          web:
            image: nginx:1.29
      `,
    ],
  },
  check(project, { report }) {
    const entry = project.root.entry('version');
    if (entry === undefined) return;
    const { file } = entry.key;
    const line = { file, range: { start: entry.key.range.start, end: entry.value.range.end } };
    report('version', line, {}, project.root.flow ? {} : { fix: [removeLines(line)] });
  },
});
