import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const legacyKeyValue = defineRule({
  id: 'dockerfile/legacy-key-value',
  summary: 'ENV and LABEL are written with an equals sign',
  severity: 'warning',
  preset: 'recommended',
  peers: ['buildkit:LegacyKeyValueFormat'],
  why: 'ENV name value takes the rest of the line as the value, so a second pair on the line silently becomes a part of the first. The form is deprecated.',
  source: 'https://docs.docker.com/reference/build-checks/legacy-key-value-format/',
  messages: {
    legacy: { text: '{keyword} {name} is written without an equals sign', remedy: 'Write {name}=value.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          ENV APP_HOME /app
          LABEL title my service
          ENV GREETING "hello"
        `,
        at: [2, 3, 4],
        fixed: `
          FROM alpine:3.22
          ENV APP_HOME=/app
          LABEL title="my service"
          ENV GREETING="hello"
        `,
      },
    ],
    good: [
      `
        FROM alpine:3.22
        ENV APP_HOME=/app NAME="a b"
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const instruction of dockerfile.instructions) {
      for (const { name, value, legacy } of instruction.assignments) {
        if (!legacy) continue;
        const text = value ? safeValue(value.raw) : undefined;
        const fix = text === undefined ? [] : [replace(instruction.argument, `${name}=${text}`)];
        report('legacy', instruction, { keyword: instruction.keyword, name }, { fix });
      }
    }
  },
});

/** The value in the other form; undefined where its quotes would mean something else. */
function safeValue(raw: string): string | undefined {
  if (/\n|\\/.test(raw)) return undefined;
  if (/^"[^"]*"$|^'[^']*'$|^[^\s"']+$/.test(raw)) return raw;
  return /["']/.test(raw) ? undefined : `"${raw}"`;
}
