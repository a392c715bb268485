import { defineRule } from '../../rule.ts';
import { knownApplication, mentions } from './_observed.ts';

const app = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/orders")\ndef orders():\n    return []\n';

export const requestIdLogged = defineRule({
  id: 'python/request-id-logged',
  summary: 'Log lines of one request can be found together',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'A request passes through several services and leaves lines between those of others. An identifier that is taken from the request, logged and passed on is what joins them again.',
  source: 'https://www.w3.org/TR/trace-context/',
  messages: {
    none: {
      text: 'Nothing in the application {name} takes up the identifier of a request',
      remedy: 'Read X-Request-ID or traceparent in a middleware, and add it to every log line.',
    },
  },
  examples: {
    bad: [{ files: { 'requirements.txt': 'fastapi==0.120.0\n', 'app/main.py': app }, at: ['app/main.py:3'] }],
    good: [
      { files: { 'requirements.txt': 'fastapi==0.120.0\nasgi-correlation-id==4.3.4\n', 'app/main.py': app } },
      {
        files: {
          'requirements.txt': 'fastapi==0.120.0\n',
          'app/main.py': app,
          'app/logs.py': 'def bind(request):\n    return request.headers.get("X-Request-ID")\n',
        },
      },
    ],
  },
  check(project, { report }) {
    const application = knownApplication(project);
    if (
      !application ||
      mentions(
        project,
        /request[_-]?id|correlation[_-]?id|trace[_-]?id|traceparent|opentelemetry|ddtrace|newrelic|sentry|elastic-?apm/i,
      )
    )
      return;
    report('none', application, { name: application.name });
  },
});
