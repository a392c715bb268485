import { defineRule } from '../../rule.ts';

export const readOnlyRoot = defineRule({
  id: 'compose/read-only-root',
  summary: 'The file system of a container is read-only',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'What cannot be written cannot be changed by an attacker, and a service that keeps state in its container is noticed at once. tmpfs and volumes hold what must be written.',
  source: 'https://docs.docker.com/reference/compose-file/services/#read_only',
  messages: {
    found: {
      text: '{service} may write to its root file system',
      remedy: 'Set read_only: true, and tmpfs or volumes for what is written.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            init: true
      `,
        at: [2],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            read_only: true
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const { root } = service;
      const where = root.get('read_only') === undefined || root.boolean('read_only') === false ? service : undefined;
      if (where !== undefined) report('found', where, { service: service.name });
    }
  },
});
