import { keyword } from '../../../artifacts/python/syntax.ts';
import { routesOf } from '../../../system/routes.ts';
import { defineRule } from '../../rule.ts';

export const openapiServed = defineRule({
  id: 'python/openapi-served',
  summary: 'An API can be asked for its description',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'FastAPI writes the OpenAPI document from the code itself. Clients, contract tests and gateways are made from it; where it is switched off, each caller guesses from examples.',
  source: 'https://fastapi.tiangolo.com/tutorial/metadata/',
  messages: {
    off: {
      text: 'The OpenAPI document is switched off in every environment',
      remedy: 'Serve it, or write it to a file in the pipeline; hide it at the gateway if it must not be public.',
    },
  },
  examples: {
    bad: [{ files: 'from fastapi import FastAPI\n\napp = FastAPI(openapi_url=None)\n', at: [3] }],
    good: [
      'from fastapi import FastAPI\n\napp = FastAPI(docs_url=None, redoc_url=None)\n',
      {
        files: 'from fastapi import FastAPI\n\napp = FastAPI(openapi_url=settings.openapi_url)\n',
        note: 'The environment decides.',
      },
      {
        files:
          'from fastapi import FastAPI\n\napp = FastAPI(openapi_url=None)\n\n\n@app.get("/openapi.json")\ndef document():\n    return app.openapi()\n',
        note: 'It has a route of its own.',
      },
    ],
  },
  check(project, { report }) {
    const { routes, applications } = routesOf(project);
    if (routes.some((route) => route.path.includes('openapi'))) return;
    for (const { call, module, framework } of applications) {
      const url = framework === 'fastapi' ? keyword(call, 'openapi_url') : undefined;
      if (url?.value.kind === 'constant' && url.value.value === null) report('off', module.at(url));
    }
  },
});
