import { defineRule } from '../../rule.ts';

export const noDockerSocket = defineRule({
  id: 'compose/no-docker-socket',
  summary: 'No container gets the socket of Docker',
  severity: 'error',
  preset: 'recommended',
  peers: ['kics:d6355c88-1e8d-49e9-b2f2-f8a1ca12c75b'],
  why: 'Who can talk to the Docker daemon can start a privileged container with the whole disk of the host in it: the socket is root on the host, and mounting it read-only changes nothing about that.',
  source: 'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
  messages: {
    socket: {
      text: '{service} gets root on the host by the Docker socket',
      remedy: 'Use a socket proxy that allows the few calls that are needed, or do without.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          proxy:
            image: traefik:3.6
            volumes:
              - /var/run/docker.sock:/var/run/docker.sock:ro
      `,
        at: [5],
      },
    ],
    good: [
      {
        files: `
        services:
          proxy:
            image: traefik:3.6
            volumes:
              - ./traefik:/etc/traefik:ro
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const { root, name } of project.services.values()) {
      for (const node of root.list('volumes')) {
        const source = node.string('source') ?? node.string()?.split(':')[0] ?? '';
        if (/^(?:\/var)?\/run\/docker\.sock$/.test(source)) report('socket', node, { service: name });
      }
    }
  },
});
