import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { isUnrouted } from './_healthchecks.ts';
import { says, withPlace } from './_ports.ts';

const annotated = (path: string, port: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata:
        labels: { app: orders }
        annotations:
          prometheus.io/scrape: "true"
          prometheus.io/path: ${path}
          prometheus.io/port: "${port}"
      spec:
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
`;

const withMetrics = {
  ...fastapiService,
  'app/main.py': `${fastapiService['app/main.py']}\n    @app.get("/metrics")\n    def metrics() -> str:\n        return ""\n`,
  Dockerfile: dockerfile,
};

export const scrapeTargetExists = defineRule({
  id: 'system/scrape-target-exists',
  summary: 'Prometheus is pointed at a port and a path that serve metrics',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A scrape of the wrong port or path leaves a target that is down, or none at all: no alert about the service can fire, and nobody is told that it cannot.',
  source: 'https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config',
  messages: {
    port: {
      text: 'Metrics are scraped from port {asked}, but the server binds {bound}',
      remedy: 'Scrape the port that the server binds.',
    },
    path: {
      text: 'Metrics are scraped from {path}, but no route has that path (application: {application})',
      remedy: 'Scrape the path of the metrics, or serve them there.',
    },
  },
  examples: {
    bad: [
      { files: { ...withMetrics, 'k8s/app.yaml': annotated('/metrics', '9090') }, at: ['k8s/app.yaml:12'] },
      { files: { ...withMetrics, 'k8s/app.yaml': annotated('/prometheus', '8000') }, at: ['k8s/app.yaml:11'] },
    ],
    good: [
      { files: { ...withMetrics, 'k8s/app.yaml': annotated('/metrics', '8000') } },
      {
        files: {
          ...withMetrics,
          'app/main.py': `
            from fastapi import FastAPI
            from prometheus_client import start_http_server

            app = FastAPI()
            start_http_server(9090)
          `,
          'k8s/app.yaml': annotated('/metrics', '9090'),
        },
        note: 'The metrics have a server of their own.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const runtime of runtimes) {
      const template = runtime.kubernetes?.object.podTemplate;
      const { start, service } = runtime;
      if (!template || !start?.port) continue;
      if (template.text('metadata', 'annotations', 'prometheus.io/scrape') !== 'true') continue;
      const ownServer = service.project?.sources.some((module) =>
        /start_http_server|start_wsgi_server|PROMETHEUS_PORT/.test(module.text),
      );
      if (ownServer || (runtime.kubernetes?.object.containers.length ?? 0) > 1) continue;
      const port = template.get('metadata', 'annotations', 'prometheus.io/port');
      const asked = Number(port?.text());
      if (port && Number.isInteger(asked) && asked !== start.port.value) {
        report(
          'port',
          port,
          { asked, bound: withPlace(start.port.value, start.port) },
          { related: [says(start.port, `The server binds ${start.port.value}`)] },
        );
        continue;
      }
      const path = template.get('metadata', 'annotations', 'prometheus.io/path');
      const text = path?.text();
      const [application] = service.routes.applications;
      if (path && text !== undefined && application && isUnrouted(runtime, text))
        report(
          'path',
          path,
          { path: text, application: withPlace(application.name, application) },
          { related: [says(application, 'The application whose routes were read')] },
        );
    }
  },
});
