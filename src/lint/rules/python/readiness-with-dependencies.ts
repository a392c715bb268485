import type { Expression } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { isLiteral } from './_handlers.ts';
import { healthHandlers, READY } from './_health.ts';

const STORES = [
  'sqlalchemy',
  'sqlmodel',
  'psycopg',
  'psycopg2',
  'psycopg2-binary',
  'asyncpg',
  'pymongo',
  'motor',
  'aiomysql',
  'pymysql',
  'tortoise-orm',
  'peewee',
];

export const readinessWithDependencies = defineRule({
  id: 'python/readiness-with-dependencies',
  summary: 'Readiness asks what the service cannot work without',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A readiness check that always says yes sends requests to a replica that cannot reach its database. A roll-out with a wrong address is then called done, and the last good replica is taken away.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  messages: {
    constant: {
      text: '{path} always answers that it is ready, although the project uses {store}',
      remedy: 'Ask the database, with a short timeout, and answer 503 when it does not answer.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          'requirements.txt': 'fastapi==0.120.0\nsqlalchemy==2.0.44\n',
          'app/main.py':
            'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/readyz")\ndef readyz():\n    return {"status": "ok"}\n',
        },
        at: ['app/main.py:7'],
      },
    ],
    good: [
      {
        files: {
          'requirements.txt': 'fastapi==0.120.0\nsqlalchemy==2.0.44\n',
          'app/main.py':
            'from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n@app.get("/readyz")\ndef readyz(session=Depends(get_session)):\n    return {"status": "ok"}\n',
        },
        note: 'The session is opened before.',
      },
      {
        files: {
          'requirements.txt': 'fastapi==0.120.0\n',
          'app/main.py':
            'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/readyz")\ndef readyz():\n    return {"status": "ok"}\n',
        },
        note: 'It has no store.',
      },
    ],
  },
  check(project, { report }) {
    const store = project.requirements.find((item) => item.group === undefined && STORES.includes(item.name));
    if (!store) return;
    for (const { path, module, statement } of healthHandlers(project, READY)) {
      const [decorator, ...others] = statement.decorators;
      if (statement.parameters.length > 0 || !decorator || others.length > 0) continue;
      if (decorator.expression.kind === 'call' && decorator.expression.args.some(({ name }) => name === 'dependencies'))
        continue;
      const does = statement.body.filter((item) => !(item.kind === 'expression' && item.value.kind === 'string'));
      const [only] = does;
      if (does.length === 1 && only?.kind === 'return' && (!only.value || isConstant(only.value)))
        report('constant', { file: module.file, range: statement.nameRange }, { path, store: store.written });
    }
  },
});

function isConstant(expression: Expression): boolean {
  if (expression.kind === 'dict') return expression.entries.every(({ value }) => isConstant(value));
  return isLiteral(expression);
}
