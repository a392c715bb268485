import { publishedPorts } from '../../../artifacts/compose/ports.ts';
import { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { replaceScalar } from '../../yaml-edit.ts';

export const portsBoundToLoopback = defineRule({
  id: 'compose/ports-bound-to-loopback',
  summary: 'Ports are published on the loopback address',
  severity: 'warning',
  preset: 'strict',
  peers: ['dclint:no-unbound-port-interfaces', 'kics:451d79dc-0588-476a-ad03-3c7f0320abb3'],
  why: 'Without an address a port is open to the whole network, and Docker adds its rules in front of the firewall of the host, so that ufw does not stop it. A database of a developer is then readable in the café. Ports 80 and 443 are taken to be meant for everyone.',
  source: 'https://docs.docker.com/engine/network/port-publishing/',
  messages: {
    all: {
      text: 'Port {port} is open on every address of the host',
      remedy: 'Bind it to 127.0.0.1, or name the address that is meant.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
            ports:
              - "5432:5432"
      `,
        at: [5],
        fixed: `
        services:
          db:
            image: postgres:18.1
            ports:
              - "127.0.0.1:5432:5432"
      `,
      },
    ],
    good: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
            ports: ["127.0.0.1:5432:5432"]
          web:
            image: nginx:1.29
            ports: ["443:8443", "\${BIND}:80"]
      `,
        note: 'A web server is for everyone; what a variable says is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      for (const { node, address, published, target } of publishedPorts(project, service)) {
        if (address !== undefined || published === '80' || published === '443') continue;
        const source = node instanceof ScalarNode ? node.source : '';
        const plain = node instanceof ScalarNode && published !== undefined && /^\d+:\d+(?:\/\w+)?$/.test(source);
        const fix = plain ? replaceScalar(node, JSON.stringify(`127.0.0.1:${source}`)) : [];
        report('all', node, { port: published ?? target }, { fix });
      }
    }
  },
});
