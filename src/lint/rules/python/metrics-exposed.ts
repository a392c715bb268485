import { defineRule } from '../../rule.ts';
import { knownApplication, mentions } from './_observed.ts';

const app = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/orders")\ndef orders():\n    return []\n';

export const metricsExposed = defineRule({
  id: 'python/metrics-exposed',
  summary: 'A service exports metrics',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'How many requests there are, how many fail and how long they take is what alerts and autoscaling are made from. Without metrics the first to notice a failure are the users.',
  source: 'https://prometheus.io/docs/practices/instrumentation/',
  messages: {
    none: {
      text: 'The application {name} exports no metrics',
      remedy: 'Serve /metrics with prometheus_client, or send them by OpenTelemetry.',
    },
  },
  examples: {
    bad: [{ files: { 'requirements.txt': 'fastapi==0.120.0\n', 'app/main.py': app }, at: ['app/main.py:3'] }],
    good: [
      { files: { 'requirements.txt': 'fastapi==0.120.0\nprometheus-client==0.23.1\n', 'app/main.py': app } },
      { files: { 'requirements.txt': 'fastapi==0.120.0\nopentelemetry-sdk==1.38.0\n', 'app/main.py': app } },
      { files: { 'app/main.py': app }, note: 'A script without a manifest is no service.' },
    ],
  },
  check(project, { report }) {
    const application = knownApplication(project);
    if (
      !application ||
      mentions(project, /prometheus|opentelemetry|statsd|datadog|ddtrace|newrelic|\/metrics\b|elastic-?apm|micrometer/i)
    )
      return;
    report('none', application, { name: application.name });
  },
});
