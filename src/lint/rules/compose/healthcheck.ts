import { officialName } from '../../../artifacts/dockerfile/run.ts';
import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { defineRule } from '../../rule.ts';

/** Official images of servers without a HEALTHCHECK: https://github.com/docker-library/faq#healthcheck */
const servers = new Set([
  'postgres',
  'mysql',
  'mariadb',
  'mongo',
  'redis',
  'valkey',
  'memcached',
  'rabbitmq',
  'nats',
  'nginx',
  'httpd',
]);

export const healthcheck = defineRule({
  id: 'compose/healthcheck',
  summary: 'A server has a health check',
  severity: 'info',
  preset: 'strict',
  peers: ['kics:698ed579-b239-4f8f-a388-baa4bcb13ef8'],
  why: 'Without one, Compose knows only that the process runs: nothing can wait for the service, and one that hangs looks well. It is reported for official images that are known to bring none.',
  source: 'https://docs.docker.com/reference/compose-file/services/#healthcheck',
  messages: {
    missing: {
      text: '{service} has no health check, and {image} brings none',
      remedy: 'Add healthcheck with a cheap command.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
      `,
        at: [2],
      },
    ],
    good: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
            healthcheck:
              test: [CMD, pg_isready]
          app:
            image: example.com/app:1
      `,
        note: 'An image of unknown content may bring one.',
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const { root, name } = service;
      if (root.get('healthcheck') !== undefined || root.get('build') !== undefined) continue;
      const image = parseImageReference(project.interpolate(root.string('image') ?? '') ?? '');
      const official = officialName(image) ?? '';
      if (servers.has(official)) report('missing', service, { service: name, image: official });
    }
  },
});
