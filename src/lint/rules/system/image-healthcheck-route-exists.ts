import { effective } from '../../../artifacts/dockerfile/dockerfile.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { isUnrouted, loopbackUrls } from './_healthchecks.ts';
import { says, withPlace } from './_ports.ts';

const withCheck = (command: string): string => `${dockerfile}  HEALTHCHECK CMD ${command}\n`;

export const imageHealthcheckRouteExists = defineRule({
  id: 'system/image-healthcheck-route-exists',
  summary: "The image's HEALTHCHECK asks a port and a path that the server answers",
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A health check that asks the wrong port or a path without a route fails for ever: the container is marked unhealthy, and whatever waits for it to become healthy never starts.',
  source: 'https://docs.docker.com/reference/dockerfile/#healthcheck',
  messages: {
    port: {
      text: 'The health check asks port {asked}, but the server binds {bound}',
      remedy: 'Ask the port that the server binds.',
    },
    path: {
      text: 'The health check asks for {path}, but no route has that path (application: {application})',
      remedy: 'Ask for a path that is served, or add the route.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: withCheck('curl -f http://localhost:8000/health') },
        at: ['Dockerfile:6'],
      },
      {
        files: { ...fastapiService, Dockerfile: withCheck('["wget", "-qO-", "http://127.0.0.1:8080/livez"]') },
        at: ['Dockerfile:6'],
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: withCheck('curl -f http://localhost:8000/livez') } },
      {
        files: {
          ...fastapiService,
          'app/main.py': `
            from fastapi import FastAPI
            from company.health import health_router

            app = FastAPI()
            app.include_router(health_router)
          `,
          Dockerfile: withCheck('curl -f http://localhost:8000/health'),
        },
        note: 'A router from another package may serve anything.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { image, start } = runtime;
      if (runtime.kind !== 'image' || !image?.stage || !start) continue;
      const instruction = effective(image.stage, 'HEALTHCHECK');
      if (!instruction) continue;
      for (const url of loopbackUrls(instruction, runtime)) {
        if (start.port && url.port !== undefined && url.port !== start.port.value) {
          const extras = { related: [says(start.port, `The server binds ${start.port.value}`)] };
          report('port', url, { asked: url.port, bound: withPlace(start.port.value, start.port) }, extras);
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
