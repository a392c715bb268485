import { defineRule } from '../../rule.ts';

export const noPrivileged = defineRule({
  id: 'compose/no-privileged',
  summary: 'No container is privileged',
  severity: 'error',
  preset: 'recommended',
  peers: ['kics:ae5b6871-7f45-42e0-bb4c-ab300c4d2026'],
  why: 'A privileged container has all capabilities and all devices of the host: who breaks into it owns the host. Single capabilities or devices are nearly always enough.',
  source: 'https://docs.docker.com/reference/compose-file/services/#privileged',
  messages: {
    found: { text: '{service} runs privileged', remedy: 'Use cap_add or devices for what it really needs.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            privileged: true
      `,
        at: [4],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            cap_add: [NET_ADMIN]
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const { root } = service;
      const where = root.boolean('privileged') === true ? root.get('privileged') : undefined;
      if (where !== undefined) report('found', where, { service: service.name });
    }
  },
});
