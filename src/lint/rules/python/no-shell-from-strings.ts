import { argumentAt, keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { isLiteral } from './_handlers.ts';
import { servingModules } from './_services.ts';

export const noShellFromStrings = defineRule({
  id: 'python/no-shell-from-strings',
  summary: 'No shell command is put together from values',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S602', 'ruff:S605'],
  why: 'A shell takes quotes, semicolons and dollar signs in a value for its own. Whoever can choose a file name or a parameter can then run any command in the container.',
  source: 'https://docs.astral.sh/ruff/rules/subprocess-popen-with-shell-equals-true/',
  messages: {
    built: {
      text: '{call} hands a shell a command that is put together at run time',
      remedy: 'Call subprocess.run with a list of words and without a shell.',
    },
  },
  examples: {
    bad: [
      {
        files: 'import subprocess\n\n\ndef convert(name):\n    subprocess.run(f"convert {name} out.png", shell=True)\n',
        at: [5],
      },
      { files: 'import os\n\n\ndef remove(path):\n    os.system("rm " + path)\n', at: [5] },
    ],
    good: [
      'import subprocess\n\n\ndef convert(name):\n    subprocess.run(["convert", name, "out.png"], check=True)\n',
      { files: 'import os\n\nos.system("sync")\n', note: 'Nothing comes from outside.' },
      {
        files: 'import subprocess\n\n\ndef run(command, shell):\n    subprocess.run(command, shell=shell)\n',
        note: 'Whether a shell is used is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/subprocess|os\.(system|popen)|from os import/.test(module.text)) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee) ?? '';
        const shell = keyword(call, 'shell')?.value;
        const inShell =
          /^os\.(system|popen)$/.test(name) ||
          (/^subprocess\.(run|call|check_call|check_output|Popen)$/.test(name) &&
            shell?.kind === 'constant' &&
            shell.value === true);
        const command = argumentAt(
          call,
          0,
          name === 'os.system' ? 'command' : name === 'os.popen' ? 'cmd' : 'args',
        )?.value;
        const built =
          (command?.kind === 'string' && !isLiteral(command)) ||
          (command?.kind === 'binary' && (command.operator === '+' || command.operator === '%')) ||
          (command?.kind === 'call' &&
            command.callee.kind === 'attribute' &&
            ['format', 'join'].includes(command.callee.name));
        if (inShell && built) report('built', module.at(call.callee), { call: name });
      }
    }
  },
});
