import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noInsecureDeserialization = defineRule({
  id: 'python/no-insecure-deserialization',
  summary: 'Data from outside is not read by a format that runs code',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S301', 'ruff:S506'],
  why: 'pickle and full YAML build any object that the data names, and thereby run code. What arrives by a request, a queue or a cache is written by others.',
  source: 'https://docs.python.org/3/library/pickle.html',
  messages: { runs: { text: '{call} may run code that the data names', remedy: 'Use {instead}.' } },
  examples: {
    bad: [
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import pickle\n\n\ndef read(body):\n    return pickle.loads(body)\n',
        },
        at: ['app/main.py:5'],
      },
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import yaml\n\n\ndef read(body):\n    return yaml.load(body, Loader=yaml.Loader)\n',
        },
        at: ['app/main.py:5'],
      },
    ],
    good: [
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import yaml\n\n\ndef read(body):\n    return yaml.load(body, Loader=yaml.SafeLoader)\n',
        },
      },
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import json\n\n\ndef read(body):\n    return json.loads(body)\n',
        },
      },
      {
        files: {
          'requirements.txt': 'flask==3.0.0\n',
          'app/main.py': 'import yaml\n\n\ndef read(body, loader):\n    return yaml.load(body, Loader=loader)\n',
        },
        note: 'Which loader that is, is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/pickle|marshal|yaml/.test(module.text)) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee);
        if (name === 'pickle.loads' || name === 'marshal.loads' || name === 'cloudpickle.loads')
          report('runs', module.at(call.callee), { call: name, instead: 'json or a schema' });
        const loader = name === 'yaml.load' ? (keyword(call, 'Loader') ?? call.args[1]) : undefined;
        const loaderName = loader ? module.qualify(loader.value) : undefined;
        if (
          name === 'yaml.unsafe_load' ||
          (loaderName !== undefined &&
            /^yaml\.(Unsafe|Full)?Loader$/.test(loaderName) &&
            loaderName !== 'yaml.FullLoader')
        )
          report('runs', module.at(call.callee), { call: name ?? 'yaml.load', instead: 'yaml.safe_load' });
      }
    }
  },
});
