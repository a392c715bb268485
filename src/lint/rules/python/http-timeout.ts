import { type CallExpression, keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'request'];

export const httpTimeout = defineRule({
  id: 'python/http-timeout',
  summary: 'Calls to other services have a timeout',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S113'],
  why: 'requests waits for ever when it is given no timeout. One dependency that hangs then holds every worker, and the service stops answering although it is healthy itself.',
  source: 'https://requests.readthedocs.io/en/latest/user/advanced/#timeouts',
  messages: {
    missing: { text: '{call} has no timeout', remedy: 'Give it a timeout in seconds.' },
    none: { text: '{call} switches the timeout off', remedy: 'Give it a timeout in seconds.' },
  },
  examples: {
    bad: [
      { files: 'import requests\n\n\ndef payment(id):\n    return requests.get(f"http://payments/{id}")\n', at: [5] },
      { files: 'import httpx\n\nclient = httpx.AsyncClient(timeout=None)\n', at: [3] },
      { files: 'from requests import post as send\n\nsend("http://payments", timeout=None)\n', at: [3] },
    ],
    good: [
      'import requests\n\nrequests.get("http://payments", timeout=5)\n',
      {
        files: 'import httpx\n\nclient = httpx.Client()\nclient.get("http://payments")\n',
        note: 'httpx has a timeout of five seconds unless it is told otherwise.',
      },
      { files: 'import requests\n\nrequests.get("http://payments", **options)\n', note: 'The options may hold one.' },
      { files: 'requests = load()\nrequests.get("x")\n', note: 'Not the library.' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/requests|httpx/.test(module.text)) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee);
        const [library, method] = name?.split('.') ?? [];
        if (
          name === undefined ||
          (library !== 'requests' && library !== 'httpx') ||
          name.split('.').length !== 2 ||
          !isImported(module, library)
        )
          continue;
        const timeout = keyword(call, 'timeout');
        const isCall = METHODS.includes(method ?? '');
        if (timeout) {
          if (
            timeout.value.kind === 'constant' &&
            timeout.value.value === null &&
            (isCall || method === 'Client' || method === 'AsyncClient')
          )
            report('none', module.at(timeout), { call: name });
        } else if (library === 'requests' && isCall && !hidden(call))
          report('missing', module.at(call.callee), { call: name });
      }
    }
  },
});

function isImported(
  module: { readonly imports: readonly { readonly module: string; readonly level: number }[] },
  library: string,
): boolean {
  return module.imports.some((imported) => imported.level === 0 && imported.module === library);
}

function hidden(call: CallExpression): boolean {
  return call.args.some((argument) => argument.star !== '');
}
