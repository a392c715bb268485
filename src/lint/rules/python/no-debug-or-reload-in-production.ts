import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noDebugOrReloadInProduction = defineRule({
  id: 'python/no-debug-or-reload-in-production',
  summary: 'Debug mode is not switched on in the code',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S201'],
  why: "Flask's debugger lets anyone who reaches an error page run code; FastAPI's and Django's debug pages show variables and settings. A reloader watches files and runs two processes.",
  source: 'https://flask.palletsprojects.com/en/stable/debugging/',
  messages: {
    on: {
      text: '{what} is switched on whenever this module runs',
      remedy: 'Leave it off, or take it from the environment.',
    },
  },
  examples: {
    bad: [
      { files: 'from flask import Flask\n\napp = Flask(__name__)\napp.run(host="0.0.0.0", debug=True)\n', at: [4] },
      { files: 'from fastapi import FastAPI\n\napp = FastAPI(debug=True)\n', at: [3] },
      { files: { 'shop/settings.py': 'ROOT_URLCONF = "shop.urls"\nDEBUG = True\n' }, at: ['shop/settings.py:2'] },
    ],
    good: [
      {
        files:
          'from flask import Flask\n\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run(debug=True)\n',
        note: 'Only when the file itself is run, at a desk.',
      },
      { files: 'import os\n\nfrom fastapi import FastAPI\n\napp = FastAPI(debug=os.getenv("DEBUG") == "1")\n' },
      {
        files: { 'shop/settings/local.py': 'ROOT_URLCONF = "shop.urls"\nDEBUG = True\n' },
        note: 'Settings for a desk.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      for (const { call, scope } of module.calls) {
        const name = module.qualify(call.callee);
        const runs =
          call.callee.kind === 'attribute' && call.callee.name === 'run' && /Flask\(|APIFlask\(/.test(module.text);
        if (
          (name !== 'fastapi.FastAPI' &&
            name !== 'starlette.applications.Starlette' &&
            name !== 'uvicorn.run' &&
            !runs) ||
          scope.main
        )
          continue;
        for (const what of ['debug', 'reload', 'use_reloader']) {
          const argument = keyword(call, what);
          if (argument?.value.kind === 'constant' && argument.value.value === true)
            report('on', module.at(argument), { what });
        }
      }
      if (
        !module.bindings.has('ROOT_URLCONF') ||
        /(^|[/_])(local|dev|development|test|testing|base|ci)\.py$/.test(module.path)
      )
        continue;
      const debug = module.bindings.get('DEBUG');
      if (debug?.kind === 'value' && debug.value.kind === 'constant' && debug.value.value === true)
        report('on', module.at(debug.statement), { what: 'DEBUG' });
    }
  },
});
