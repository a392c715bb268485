import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const serverNotStartedAtImport = defineRule({
  id: 'python/server-not-started-at-import',
  summary: 'Importing the application does not start a server',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A server that is started while the module is imported never returns: tests hang, and a real server that imports the application starts a second one inside of itself, on a port that nobody knows.',
  source: 'https://docs.python.org/3/library/__main__.html',
  messages: {
    starts: {
      text: '{call} starts a server whenever this module is imported',
      remedy: 'Put it under if __name__ == "__main__".',
    },
  },
  examples: {
    bad: [
      { files: 'import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\nuvicorn.run(app)\n', at: [5] },
      { files: 'from flask import Flask\n\napp = Flask(__name__)\napp.run(host="0.0.0.0")\n', at: [4] },
    ],
    good: [
      'import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\nif __name__ == "__main__":\n    uvicorn.run(app)\n',
      {
        files: { 'app/__main__.py': 'import uvicorn\n\nuvicorn.run("app.main:app")\n' },
        note: 'A module that is only ever run.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      // A module without an application is a start script; the one that makes it is imported by tests and servers.
      if (!/\b(FastAPI|Flask|APIFlask|Starlette)\(/.test(module.text)) continue;
      for (const { call, scope } of module.calls) {
        if (scope.functions.length > 0 || scope.main || scope.conditional || call.callee.kind !== 'attribute') continue;
        const name = module.qualify(call.callee);
        const { object } = call.callee;
        const made = object.kind === 'name' ? module.bindings.get(object.name) : undefined;
        const runsFlask =
          call.callee.name === 'run' &&
          made?.kind === 'value' &&
          made.value.kind === 'call' &&
          /^(flask\.Flask|apiflask\.APIFlask)$/.test(module.qualify(made.value.callee) ?? '');
        if (name === 'uvicorn.run' || runsFlask)
          report('starts', module.at(call.callee), { call: module.file.slice(call.callee.range) });
      }
    }
  },
});
