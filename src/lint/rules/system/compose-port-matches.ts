import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService, unknownStart } from './_examples.ts';
import { composeTargets, says, withPlace } from './_ports.ts';

export const composePortMatches = defineRule({
  id: 'system/compose-port-matches',
  summary: 'The container side of a published port is the port that the server binds',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Compose forwards the host port to the container port as written. When the server binds another one, the connection is accepted by the proxy and reset at once, which is hard to tell from a crash.',
  source: 'https://docs.docker.com/reference/compose-file/services/#ports',
  messages: {
    differs: {
      text: 'The container side of the port is {declared}, but the server binds {bound}',
      remedy: 'Make the container side the port that the server binds.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.yaml': `
            services:
              orders:
                build: .
                ports: ["127.0.0.1:8080:8080"]
          `,
        },
        at: ['compose.yaml:4'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.yaml': `
            services:
              orders:
                build: .
                command: uvicorn app.main:app --host 0.0.0.0 --port 9000
                ports:
                  - target: 8000
                    published: 8000
          `,
        },
        at: ['compose.yaml:6'],
        note: 'The command of the service replaces that of the image.',
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.yaml': `
            services:
              orders:
                build: .
                ports: ["127.0.0.1:8080:8000"]
          `,
        },
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: unknownStart,
          'compose.yaml': `
            services:
              orders:
                build: .
                environment:
                  PORT: \${PORT}
                ports: ["127.0.0.1:8080:8080"]
          `,
        },
        note: 'PORT comes from the shell that runs Compose.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { compose, start } = runtime;
      if (!compose || !start?.port || compose.service.root.text('network_mode') === 'host') continue;
      const ports = composeTargets(compose.project, compose.service);
      const [first] = ports ?? [];
      if (!ports || !first || ports.some((port) => port.value === start.port?.value)) continue;
      report(
        'differs',
        first,
        { declared: ports.map((port) => port.value).join(', '), bound: withPlace(start.port.value, start.port) },
        { related: [says(start.port, `The server binds ${start.port.value}`)] },
      );
    }
  },
});
