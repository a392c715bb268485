import { asMap } from '../../../artifacts/compose/load.ts';
import { defineRule } from '../../rule.ts';

export const networksDeclared = defineRule({
  id: 'compose/networks-declared',
  summary: 'Named networks are declared',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Compose refuses to start a project whose service uses a network that the top level does not declare. It is noticed only when someone runs it.',
  source: 'https://docs.docker.com/reference/compose-file/networks/',
  messages: { undeclared: { text: 'The network {name} is not declared', remedy: 'Add it to the top-level networks.' } },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            networks:
              - back
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
            networks: [back, default]
        networks:
          back: {}
      `,
      },
    ],
  },
  check(project, { report }) {
    if (!project.complete) return;
    const declared = new Set(project.root.pairs('networks').map(({ name }) => name));
    for (const service of project.services.values()) {
      const networks = service.root.get('networks');
      if (networks === undefined) continue;
      for (const { name, key } of asMap(networks).entries.values()) {
        if (name !== 'default' && !name.includes('$') && !declared.has(name)) report('undeclared', key, { name });
      }
    }
  },
});
