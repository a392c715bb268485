import { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { replaceScalar } from '../../yaml-edit.ts';

export const portsQuoted = defineRule({
  id: 'compose/ports-quoted',
  summary: 'Ports with a colon are written in quotes',
  severity: 'info',
  preset: 'strict',
  peers: ['dclint:require-quotes-in-ports'],
  why: 'Parsers of YAML 1.1 read 22:22 as a number to the base 60. Quotes make it a string for all of them.',
  source: 'https://docs.docker.com/reference/compose-file/services/#ports',
  messages: { plain: { text: '{port} may be read as a number', remedy: 'Put it in quotes.' } },
  examples: {
    bad: [
      {
        files: `
        services:
          web:
            image: nginx:1.29
            ports:
              - 22:22
      `,
        at: [5],
        fixed: `
        services:
          web:
            image: nginx:1.29
            ports:
              - "22:22"
      `,
      },
    ],
    good: [
      {
        files: `
        services:
          web:
            image: nginx:1.29
            ports: ["22:22", 80]
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const { root } of project.services.values()) {
      for (const node of root.list('ports')) {
        if (!(node instanceof ScalarNode) || node.style !== 'plain' || !/^[\d.:-]+(?:\/\w+)?$/.test(node.source))
          continue;
        if (!node.source.includes(':')) continue;
        report('plain', node, { port: node.source }, { fix: replaceScalar(node, JSON.stringify(node.source)) });
      }
    }
  },
});
