import { MapNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const volumesDeclared = defineRule({
  id: 'compose/volumes-declared',
  summary: 'Named volumes are declared',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Compose refuses to start a project whose service uses a volume that the top level does not declare. It is noticed only when someone runs it.',
  source: 'https://docs.docker.com/reference/compose-file/volumes/',
  messages: { undeclared: { text: 'The volume {name} is not declared', remedy: 'Add it to the top-level volumes.' } },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            volumes:
              - data:/data
      `,
        at: [5],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            volumes: [data:/data, "./src:/src", /cache, "\${SOURCE}:/x"]
        volumes:
          data: {}
      `,
      },
    ],
  },
  check(project, { report }) {
    if (!project.complete) return;
    const declared = new Set(project.root.pairs('volumes').map(({ name }) => name));
    for (const service of project.services.values()) {
      for (const node of service.root.list('volumes')) {
        const long = node instanceof MapNode;
        if (long && node.string('type') !== 'volume') continue;
        const parts = long ? [] : (node.string()?.split(':') ?? []);
        const name = long ? node.string('source') : parts.length > 1 ? parts[0] : undefined;
        if (name === undefined || !/^[A-Za-z0-9][\w.-]+$/.test(name)) continue;
        if (!declared.has(name)) report('undeclared', node, { name });
      }
    }
  },
});
