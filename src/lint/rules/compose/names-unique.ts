import { defineRule } from '../../rule.ts';

export const namesUnique = defineRule({
  id: 'compose/names-unique',
  summary: 'No two containers have the same name',
  severity: 'error',
  preset: 'recommended',
  peers: ['dclint:no-duplicate-container-names'],
  why: 'The name of a container is unique on a host: the second service of that name does not start.',
  source: 'https://docs.docker.com/reference/compose-file/services/#container_name',
  messages: {
    twice: {
      text: 'The container name {name} is already taken by {service}',
      remedy: 'Remove container_name, or choose another.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          a:
            image: nginx:1.29
            container_name: web
          b:
            image: nginx:1.29
            container_name: web
      `,
        at: [7],
      },
    ],
    good: [
      {
        files: `
        services:
          a:
            image: nginx:1.29
            container_name: web-a
          b:
            image: nginx:1.29
      `,
      },
    ],
  },
  check(project, { report }) {
    const seen = new Map<string, string>();
    for (const { root, name: service } of project.services.values()) {
      const node = root.get('container_name');
      const name = project.interpolate(root.string('container_name') ?? '');
      if (node === undefined || !name) continue;
      const other = seen.get(name);
      if (other !== undefined) report('twice', node, { name, service: other });
      else seen.set(name, service);
    }
  },
});
