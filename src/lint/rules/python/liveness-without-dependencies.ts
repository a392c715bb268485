import { defineRule } from '../../rule.ts';
import { expressionsIn, lastName, within } from './_handlers.ts';
import { healthHandlers, LIVE } from './_health.ts';

export const livenessWithoutDependencies = defineRule({
  id: 'python/liveness-without-dependencies',
  summary: 'Liveness asks for nothing but the process itself',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A process whose liveness fails is killed. When the check asks the database, one slow database restarts every replica of every service at once, and the new processes add their connections to the load.',
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  messages: {
    asks: {
      text: '{path} answers whether the process lives, but {handler} uses {dependency}',
      remedy: 'Answer at once, and ask dependencies in the readiness check.',
    },
  },
  examples: {
    bad: [
      {
        files:
          'from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n@app.get("/livez")\ndef livez(session=Depends(get_session)):\n    session.execute("SELECT 1")\n    return {}\n',
        at: [7],
      },
      {
        files:
          'import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/health/live")\ndef live():\n    requests.get("https://api.example.com", timeout=1)\n    return "ok"\n',
        at: [9],
      },
    ],
    good: [
      'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/livez")\ndef livez():\n    return {"status": "ok"}\n',
      {
        files:
          'from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n@app.get("/readyz")\ndef readyz(session=Depends(get_session)):\n    session.execute("SELECT 1")\n    return {}\n',
        note: 'Readiness may ask.',
      },
      {
        files:
          'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/livez")\ndef livez():\n    return checker.report()\n',
        note: 'What that asks is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const { path, module, statement } of healthHandlers(project, LIVE)) {
      const tell = (place: { readonly range: { start: number; end: number } }, dependency: string): void =>
        report('asks', module.at(place), { path, handler: statement.name, dependency });
      const injected = statement.parameters.find((parameter) =>
        [parameter.default, parameter.annotation].some((item) => {
          for (const inner of item ? within(item) : [])
            if (
              inner.kind === 'call' &&
              lastName(inner.callee) === 'Depends' &&
              /session|database|(^|_)db$|engine|redis|mongo/i.test(lastName(inner.args[0]?.value ?? inner.callee))
            )
              return true;
          return false;
        }),
      );
      if (injected) {
        tell(injected, injected.name);
        continue;
      }
      for (const expression of expressionsIn(statement.body)) {
        if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') continue;
        const owner = lastName(expression.callee.object);
        const name = module.qualify(expression.callee) ?? '';
        const asksStore =
          /^(execute|ping|scalar|command|fetchone|fetchval)$/.test(expression.callee.name) &&
          /session|connection|conn$|(^|_)db$|database|engine|redis|cursor|mongo|client$/i.test(owner);
        if (asksStore || /^(requests|httpx)\.(get|post|head|request)$/.test(name)) {
          tell(expression.callee, module.file.slice(expression.callee.range));
          break;
        }
      }
    }
  },
});
