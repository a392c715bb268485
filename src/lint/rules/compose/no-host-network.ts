import { defineRule } from '../../rule.ts';

export const noHostNetwork = defineRule({
  id: 'compose/no-host-network',
  summary: 'No container shares the network of the host',
  severity: 'warning',
  preset: 'recommended',
  peers: ['kics:071a71ff-f868-47a4-ac0b-3c59e4ab5443'],
  why: 'With network_mode: host the container sees all local services of the host and publishes every port that it opens. Isolation between services, and their names, are gone.',
  source: 'https://docs.docker.com/reference/compose-file/services/#network_mode',
  messages: {
    found: {
      text: '{service} uses the network of the host',
      remedy: 'Use a network and publish the ports that are needed.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            network_mode: host
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
            network_mode: none
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const { root } = service;
      const where = root.string('network_mode') === 'host' ? root.get('network_mode') : undefined;
      if (where !== undefined) report('found', where, { service: service.name });
    }
  },
});
