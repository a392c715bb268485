import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { isUnrouted, loopbackUrls } from './_healthchecks.ts';
import { says, withPlace } from './_ports.ts';

const withCheck = (url: string): string => `
  services:
    orders:
      build: .
      healthcheck:
        test: ["CMD", "wget", "-qO-", "${url}"]
`;

export const composeHealthcheckRouteExists = defineRule({
  id: 'system/compose-healthcheck-route-exists',
  summary: 'A Compose health check asks a port and a path that the server answers',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Services that wait with `condition: service_healthy` never start when the check asks the wrong port or a path without a route; the log shows only that a dependency failed to start.',
  source: 'https://docs.docker.com/reference/compose-file/services/#healthcheck',
  messages: {
    port: {
      text: 'The health check asks port {asked}, but the server binds {bound}',
      remedy: 'Ask the port that the server binds inside the container.',
    },
    path: {
      text: 'The health check asks for {path}, but no route has that path (application: {application})',
      remedy: 'Ask for a path that is served, or add the route.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.yaml': withCheck('http://localhost:8000/healthz'),
        },
        at: ['compose.yaml:5'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'compose.yaml': withCheck('http://localhost:80/livez') },
        at: ['compose.yaml:5'],
      },
    ],
    good: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'compose.yaml': withCheck('http://localhost:8000/readyz') },
      },
      {
        files: {
          Dockerfile: `
            FROM golang:1.25
            COPY . .
            CMD ["/server"]
          `,
          'compose.yaml': withCheck('http://localhost:8000/healthz'),
        },
        note: 'The routes of a program that is not read are not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { compose, start } = runtime;
      const test = compose?.service.root.get('healthcheck', 'test');
      if (!compose || !start || !test) continue;
      for (const url of loopbackUrls(test, runtime)) {
        if (start.port && url.port !== undefined && url.port !== start.port.value) {
          report(
            'port',
            url,
            { asked: url.port, bound: withPlace(start.port.value, start.port) },
            { related: [says(start.port, `The server binds ${start.port.value}`)] },
          );
        } else if (isUnrouted(runtime, url.path)) {
          const [application] = runtime.service.routes.applications;
          if (!application) continue;
          report(
            'path',
            url,
            { path: url.path, application: withPlace(application.name, application) },
            { related: [says(application, 'The application whose routes were read')] },
          );
        }
      }
    }
  },
});
