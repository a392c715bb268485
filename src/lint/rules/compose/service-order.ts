import type { Entry } from '../../../artifacts/yaml/node.ts';
import type { Edit } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const serviceOrder = defineRule({
  id: 'compose/service-order',
  summary: 'Services stand in alphabetical order',
  severity: 'info',
  preset: 'all',
  peers: ['dclint:services-alphabetical-order'],
  why: 'In a long file a service is found faster where the alphabet says, and two people who add one do not both add it at the end.',
  source: 'https://github.com/zavoloklom/docker-compose-linter/blob/main/docs/rules.md',
  messages: { order: { text: '{service} stands after {other}', remedy: 'Sort the services by name.' } },
  examples: {
    bad: [
      {
        files: `
        services:
          web:
            image: nginx:1.29
          db:
            image: postgres:18.1
      `,
        at: [4],
        fixed: `
        services:
          db:
            image: postgres:18.1
          web:
            image: nginx:1.29
      `,
      },
      {
        files: `
        services:
          # What people see.
          web:
            image: nginx:1.29 # pinned

          db:
            image: postgres:18.1

          # Remembers sessions.
          cache:
            image: valkey/valkey:9.0
        # The end.
        volumes: {}
      `,
        at: [6],
        fixed: `
        services:
          # Remembers sessions.
          cache:
            image: valkey/valkey:9.0

          db:
            image: postgres:18.1

          # What people see.
          web:
            image: nginx:1.29 # pinned
        # The end.
        volumes: {}
      `,
        note: 'Comments move with their service.',
      },
      {
        files: `
        services:
          web: &web
            image: nginx:1.29
          admin: *web
      `,
        at: [4],
        note: 'An anchor has to stand before what refers to it.',
      },
    ],
    good: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
          web:
            image: nginx:1.29
      `,
      },
    ],
  },
  check(project, { report }) {
    const own = project.root.pairs('services').filter(({ key }) => key.file === project.file);
    for (const [index, { name, key }] of own.entries()) {
      const before = own[index - 1];
      if (before === undefined || before.name <= name) continue;
      report('order', key, { service: name, other: before.name }, { fix: sorted(own) });
      return;
    }
  },
});

/** The services in order, each with the comment above it; nothing where they are not all written one below the other. */
function sorted(services: readonly Entry[]): readonly Edit[] {
  const [first] = services;
  const last = services.at(-1);
  if (first === undefined || last === undefined) return [];
  const { file } = first.key;
  const { text } = file;
  const starts = services.map(({ key }) => blockStart(text, key.range.start));
  const inPlace = services.every(
    ({ key }, index) =>
      text.slice(text.lastIndexOf('\n', key.range.start - 1) + 1, key.range.start).trim() === '' &&
      (index === 0 || (starts[index] ?? 0) > (services[index - 1]?.key.range.start ?? 0)),
  );
  const written = text.slice(0, Math.max(last.key.range.end, last.value.range.end)).trimEnd().length;
  const newline = text.indexOf('\n', written);
  const end = newline < 0 ? text.length : newline;
  const [start = 0] = starts;
  if (!inPlace || last.value.file !== file || /(?:^|[\s[{,])(?:[&*][\w-]|<<:)/.test(text.slice(start, end))) return [];
  const blocks = services.map(({ name }, index) => {
    const whole = text.slice(starts[index], starts[index + 1] ?? end);
    const body = whole.trimEnd();
    return { name, body, gap: whole.slice(body.length) };
  });
  const order = [...blocks].sort((left, right) => (left.name < right.name ? -1 : 1));
  return [
    { file, range: { start, end }, text: blocks.map(({ gap }, index) => `${order[index]?.body}${gap}`).join('') },
  ];
}

/** The start of the line of a key, or of the comment right above it. */
function blockStart(text: string, key: number): number {
  let start = text.lastIndexOf('\n', key - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!text.slice(above, start).trimStart().startsWith('#')) break;
    start = above;
  }
  return start;
}
