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
      report('order', key, { service: name, other: before.name });
      return;
    }
  },
});
