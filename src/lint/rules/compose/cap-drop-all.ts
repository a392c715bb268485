import { defineRule } from '../../rule.ts';

export const capDropAll = defineRule({
  id: 'compose/cap-drop-all',
  summary: 'Containers drop all capabilities',
  severity: 'warning',
  preset: 'strict',
  peers: ['kics:ce76b7d0-9e77-464d-b86f-c5c48e03e22d'],
  why: 'Docker gives a container fourteen capabilities, of which a service needs none. Dropping all of them, and adding back the one that is needed, takes tools away from an attacker.',
  source: 'https://docs.docker.com/reference/compose-file/services/#cap_drop',
  messages: {
    found: {
      text: '{service} keeps the default capabilities',
      remedy: 'Set cap_drop: [ALL], and cap_add for what is needed.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            cap_drop: [NET_RAW]
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
            cap_drop: [ALL]
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const { root } = service;
      const where = root.list('cap_drop').some((item) => item.text()?.toUpperCase() === 'ALL') ? undefined : service;
      if (where !== undefined) report('found', where, { service: service.name });
    }
  },
});
