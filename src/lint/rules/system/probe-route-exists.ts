import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { isUnrouted } from './_healthchecks.ts';
import { says, withPlace } from './_ports.ts';

const withProbe = (path: string, port: string | number): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
            ports:
              - { name: http, containerPort: 8000 }
            readinessProbe:
              httpGet:
                path: ${path}
                port: ${port}
`;

export const probeRouteExists = defineRule({
  id: 'system/probe-route-exists',
  summary: 'Probes ask a port and a path that the server answers',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A liveness probe on a path without a route restarts a healthy pod for ever; a readiness probe on one keeps it out of its Service. Nothing checks the path before the roll-out hangs.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  messages: {
    path: {
      text: 'The {probe} asks for {path}, but no route has that path (application: {application})',
      remedy: 'Ask for a path that is served, or add the route.',
    },
    port: {
      text: 'The {probe} asks port {asked}, but the server binds {bound}',
      remedy: 'Ask the port that the server binds.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': withProbe('/ready', 'http') },
        at: ['k8s/app.yaml:16'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': withProbe('/readyz', 8080) },
        at: ['k8s/app.yaml:17'],
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': withProbe('/readyz', 'http') } },
      {
        files: {
          ...fastapiService,
          'app/main.py': `
            from fastapi import FastAPI

            app = FastAPI()
            for router in load_routers():
                app.include_router(router)
          `,
          Dockerfile: dockerfile,
          'k8s/app.yaml': withProbe('/ready', 'http'),
        },
        note: 'Routers that are found when the program runs may serve anything.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { kubernetes, start } = runtime;
      if (!kubernetes || !start) continue;
      const { root } = kubernetes.container;
      for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
        const get = root.map(probe, 'httpGet');
        if (!get || get.text('host') !== undefined) continue;
        const asked = portNumber(root, get.get('port'));
        const port = get.get('port');
        if (start.port && asked !== undefined && port && asked !== start.port.value) {
          report(
            'port',
            port,
            { probe, asked, bound: withPlace(start.port.value, start.port) },
            { related: [says(start.port, `The server binds ${start.port.value}`)] },
          );
          continue;
        }
        const path = get.get('path');
        const text = get.text('path');
        const [application] = runtime.service.routes.applications;
        if (path && text !== undefined && application && asked !== undefined && isUnrouted(runtime, text)) {
          report(
            'path',
            path,
            { probe, path: text, application: withPlace(application.name, application) },
            { related: [says(application, 'The application whose routes were read')] },
          );
        }
      }
    }
  },
});

/** The number of a port that is given by number or by the name of a container port. */
function portNumber(container: YamlNode, port: YamlNode | undefined): number | undefined {
  const value = port?.number();
  if (value !== undefined) return value;
  const name = port?.string();
  return container
    .list('ports')
    .find((item) => name !== undefined && item.text('name') === name)
    ?.number('containerPort');
}
