import { defineRule } from '../../rule.ts';
import { isService, servingModules } from './_services.ts';

export const noPrint = defineRule({
  id: 'python/no-print',
  summary: 'A service logs instead of printing',
  severity: 'warning',
  preset: 'strict',
  peers: ['ruff:T201'],
  why: 'What is printed has no level, no time and no request id, is buffered, and breaks the parsing of JSON logs line by line.',
  source: 'https://docs.astral.sh/ruff/rules/print/',
  messages: { print: { text: 'print() writes past the log', remedy: 'Use a logger.' } },
  examples: {
    bad: [
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py':
            'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef index():\n    print("called")\n    return "ok"\n',
        },
        at: ['app/main.py:8'],
      },
    ],
    good: [
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import logging\n\nlogging.getLogger(__name__).info("started")\n',
        },
      },
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'scripts/seed.py': 'print("done")\n',
          'app/report.py': 'import sys\n\nif __name__ == "__main__":\n    print("usage", file=sys.stderr)\n',
        },
        note: 'Programs for people may print.',
      },
      { files: { 'requirements.txt': 'numpy==2.0.0\n', 'numbers.py': 'print(1)\n' }, note: 'This is no service.' },
    ],
  },
  check(project, { report }) {
    if (!isService(project)) return;
    for (const module of servingModules(project)) {
      if (!module.text.includes('print(') || module.bindings.has('print')) continue;
      const interactive = /argparse|\bclick\b|\btyper\b/.test(module.text);
      for (const { call, scope } of module.calls) {
        if (call.callee.kind !== 'name' || call.callee.name !== 'print' || scope.main || interactive) continue;
        if (call.args.some((argument) => argument.name === 'file')) continue;
        report('print', module.at(call.callee));
      }
    }
  },
});
