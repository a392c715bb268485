import { defineRule } from '../../rule.ts';
import { isLiteral } from './_handlers.ts';
import { servingModules } from './_services.ts';

export const noEval = defineRule({
  id: 'python/no-eval',
  summary: 'No text is run as code',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S307', 'ruff:S102'],
  why: 'eval and exec run whatever the text says, with all rights of the service. There is no way to make them safe for text that comes from a request, a queue or a database.',
  source: 'https://docs.astral.sh/ruff/rules/suspicious-eval-usage/',
  messages: {
    runs: {
      text: '{call} runs a text as code',
      remedy: 'Parse what is expected: json.loads, ast.literal_eval, a table of functions.',
    },
  },
  examples: {
    bad: [{ files: 'def calculate(formula):\n    return eval(formula)\n', at: [2] }],
    good: [
      'import ast\n\n\ndef read(text):\n    return ast.literal_eval(text)\n',
      { files: 'def eval(text):\n    return parse(text)\n\n\neval("1 + 1")\n', note: 'A function of its own.' },
      { files: 'exec("import readline")\n', note: 'The text stands in the code.' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/\b(eval|exec)\(/.test(module.text)) continue;
      for (const { call } of module.calls) {
        if (call.callee.kind !== 'name' || (call.callee.name !== 'eval' && call.callee.name !== 'exec')) continue;
        const [code] = call.args;
        // Compiled code objects are how frameworks load modules.
        if (
          !code ||
          isLiteral(code.value) ||
          code.value.kind === 'call' ||
          module.qualify(call.callee) !== call.callee.name
        )
          continue;
        report('runs', module.at(call.callee), { call: call.callee.name });
      }
    }
  },
});
