import { routesOf } from '../../../system/routes.ts';
import { defineRule } from '../../rule.ts';
import { knownApplication, mentions } from './_observed.ts';

const app = (path: string): Record<string, string> => ({
  'requirements.txt': 'fastapi==0.120.0\n',
  'app/main.py': `from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("${path}")\ndef orders():\n    return []\n`,
});

export const apiVersioned = defineRule({
  id: 'python/api-versioned',
  summary: 'The paths of an API carry its version',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'Callers are deployed at other times than the service. A version in the path lets the old and the new form be served side by side while they move; it is hard to add afterwards.',
  source: 'https://cloud.google.com/apis/design/versioning',
  messages: {
    none: {
      text: 'No path of the application {name} carries a version, for example {path}',
      remedy: 'Serve the API below /v1 or /api/v1.',
    },
  },
  examples: {
    bad: [{ files: app('/orders'), at: ['app/main.py:3'] }],
    good: [
      { files: app('/api/v1/orders') },
      { files: app('/livez'), note: 'Endpoints of the platform have no version.' },
    ],
  },
  check(project, { report }) {
    const application = knownApplication(project);
    if (!application || mentions(project, /fastapi-versioning|API-Version|Accept-Version|application\/vnd\./i)) return;
    const own = routesOf(project).routes.filter(
      (route) => !route.builtin && route.path !== '/' && !PLATFORM.test(route.path),
    );
    const [first] = own;
    if (first && !own.some((route) => /(^|\/)v\d/i.test(route.path)))
      report('none', application, { name: application.name, path: first.path });
  },
});

const PLATFORM =
  /(health|live|ready|readiness|startup|metrics|ping|status|version|info|docs|redoc|openapi|favicon|robots|static|admin)/i;
