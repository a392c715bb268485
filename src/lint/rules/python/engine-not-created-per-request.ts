import { defineRule } from '../../rule.ts';

const MAKERS = new Set([
  'sqlalchemy.create_engine',
  'sqlalchemy.ext.asyncio.create_async_engine',
  'sqlalchemy.engine.create_engine',
  'redis.ConnectionPool',
  'asyncpg.create_pool',
]);
const ROUTES = new Set(['get', 'post', 'put', 'patch', 'delete', 'route', 'api_route', 'websocket']);

export const engineNotCreatedPerRequest = defineRule({
  id: 'python/engine-not-created-per-request',
  summary: 'Connection pools are made once, not for each request',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'An engine holds the pool of connections. One that is made in a handler opens a new connection for every request and leaves it to the garbage collector, until the database refuses more.',
  source: 'https://docs.sqlalchemy.org/en/20/core/connections.html#basic-usage',
  messages: {
    each: {
      text: '{maker} is called for every request to {function}',
      remedy: 'Make it once, at start-up, and share it.',
    },
  },
  examples: {
    bad: [
      {
        files:
          'from fastapi import FastAPI\nfrom sqlalchemy import create_engine\n\napp = FastAPI()\n\n\n@app.get("/orders")\ndef orders():\n    engine = create_engine("sqlite://")\n    return []\n',
        at: [9],
      },
    ],
    good: [
      'from sqlalchemy import create_engine\n\nengine = create_engine("sqlite://")\n',
      {
        files:
          'from functools import cache\nfrom sqlalchemy import create_engine\n\n\n@cache\ndef engine():\n    return create_engine("sqlite://")\n',
        note: 'Made once and kept.',
      },
      {
        files: 'from sqlalchemy import create_engine\n\n\ndef build(url):\n    return create_engine(url)\n',
        note: 'Who calls this is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of project.sources) {
      if (!/create_engine|create_async_engine|ConnectionPool|create_pool/.test(module.text)) continue;
      for (const { call, scope } of module.calls) {
        const maker = module.qualify(call.callee);
        const around = scope.functions[0];
        if (maker === undefined || !MAKERS.has(maker) || !around) continue;
        const handles = around.decorators.some(
          ({ expression }) =>
            expression.kind === 'call' && expression.callee.kind === 'attribute' && ROUTES.has(expression.callee.name),
        );
        if (handles) report('each', module.at(call.callee), { maker, function: around.name });
      }
    }
  },
});
