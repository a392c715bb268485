import { defineRule } from '../../rule.ts';

const BLOCKING: ReadonlyMap<string, string> = new Map([
  ['time.sleep', 'asyncio.sleep'],
  ['subprocess.run', 'asyncio.create_subprocess_exec'],
  ['subprocess.call', 'asyncio.create_subprocess_exec'],
  ['subprocess.check_call', 'asyncio.create_subprocess_exec'],
  ['subprocess.check_output', 'asyncio.create_subprocess_exec'],
  ['os.system', 'asyncio.create_subprocess_shell'],
  ['urllib.request.urlopen', 'httpx.AsyncClient'],
  ...['get', 'post', 'put', 'patch', 'delete', 'head', 'request'].flatMap((method): [string, string][] => [
    [`requests.${method}`, 'httpx.AsyncClient'],
    [`httpx.${method}`, 'httpx.AsyncClient'],
  ]),
]);

export const noBlockingCallInAsync = defineRule({
  id: 'python/no-blocking-call-in-async',
  summary: 'Async functions do not block the event loop',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:ASYNC210', 'ruff:ASYNC220', 'ruff:ASYNC251'],
  why: 'One event loop serves all requests of a worker. While a blocking call runs, no other request is answered, health checks included.',
  source: 'https://docs.astral.sh/ruff/rules/blocking-http-call-in-async-function/',
  messages: {
    blocks: {
      text: '{call} blocks the event loop in the async function {function}',
      remedy: 'Use {instead}, or run it in a thread.',
    },
  },
  examples: {
    bad: [
      { files: 'import time\n\n\nasync def wait():\n    time.sleep(1)\n', at: [5] },
      {
        files: 'import requests\n\n\nasync def call():\n    return requests.get("http://payments", timeout=5)\n',
        at: [5],
      },
    ],
    good: [
      'import asyncio\n\n\nasync def wait():\n    await asyncio.sleep(1)\n',
      {
        files:
          'import time\n\n\nasync def outer():\n    def inner():\n        time.sleep(1)\n\n    await run_in_thread(inner)\n',
        note: 'The inner function runs in a thread.',
      },
      { files: 'import asyncio\nimport time\n\n\nasync def outer():\n    await asyncio.to_thread(time.sleep, 1)\n' },
    ],
  },
  check(project, { report }) {
    for (const module of project.sources) {
      if (!module.text.includes('async def')) continue;
      for (const { call, scope, parent } of module.calls) {
        const around = scope.functions.at(-1);
        const name = module.qualify(call.callee);
        const instead = name === undefined ? undefined : BLOCKING.get(name);
        if (!around?.async || name === undefined || instead === undefined || parent?.kind === 'lambda') continue;
        if (!module.imports.some((imported) => imported.level === 0 && name.startsWith(imported.module))) continue;
        report('blocks', module.at(call.callee), { call: name, function: around.name, instead });
      }
    }
  },
});
