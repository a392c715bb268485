import { argumentAt, keyword } from '../../../artifacts/python/syntax.ts';
import { evaluate } from '../../../artifacts/python/values.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

const CLIENTS =
  /^(requests|httpx)\.(get|post|put|patch|delete|head|request|Client|AsyncClient)$|^sqlalchemy\.(create_engine|ext\.asyncio\.create_async_engine)$|^(redis|redis\.asyncio)\.(from_url|Redis\.from_url)$|^(pika\.URLParameters|aio_pika\.connect_robust|aio_pika\.connect)$/;

export const configFromEnvironment = defineRule({
  id: 'python/config-from-environment',
  summary: 'Addresses of databases, brokers and other services come from the environment',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'An address that stands in the code is the same in every environment. Staging then writes to the database of production, or the service works in Compose and nowhere else, and moving anything needs a release.',
  source: 'https://12factor.net/config',
  messages: {
    written: {
      text: 'The address {url} stands in the code',
      remedy: 'Read it from the environment, through the settings.',
    },
  },
  examples: {
    bad: [
      {
        files: 'from sqlalchemy import create_engine\n\nengine = create_engine("postgresql://db:5432/orders")\n',
        at: [3],
      },
      {
        files: 'import httpx\n\n\ndef pay(id):\n    return httpx.get(f"http://payments:5000/payments/{id}")\n',
        at: [5],
      },
      {
        files: 'import httpx\n\nPAYMENTS = "http://payments"\nclient = httpx.AsyncClient(base_url=PAYMENTS)\n',
        at: [4],
      },
    ],
    good: [
      'import os\n\nimport httpx\n\nclient = httpx.Client(base_url=os.environ["PAYMENTS_URL"])\n',
      {
        files:
          'import os\n\nfrom sqlalchemy import create_engine\n\nengine = create_engine(os.getenv("DATABASE_URL", "postgresql://db/orders"))\n',
        note: 'Only the default stands in the code.',
      },
      {
        files: 'import httpx\n\nhttpx.get("https://api.stripe.com/v1/charges")\n',
        note: 'The same in every environment.',
      },
      { files: 'from sqlalchemy import create_engine\n\nengine = create_engine("sqlite:///:memory:")\n' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/requests|httpx|create_engine|create_async_engine|redis|pika/.test(module.text)) continue;
      for (const { call, scope } of module.calls) {
        const name = module.qualify(call.callee);
        if (name === undefined || !CLIENTS.test(name) || scope.main) continue;
        const argument =
          keyword(call, 'base_url') ?? keyword(call, 'url') ?? argumentAt(call, name.endsWith('.request') ? 1 : 0);
        const value = argument ? evaluate(project.repository, module, argument.value) : undefined;
        const text = value?.kind === 'string' ? value.value : value?.kind === 'template' ? value.parts[0] : undefined;
        const url =
          typeof text === 'string'
            ? /^(([a-z][a-z0-9+]*):\/\/(?:[^@/\s]*@)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.svc(?:\.cluster\.local)?)?)(?::\d+)?)(?:[/?]|$)/i.exec(
                text,
              )
            : null;
        const [address, host] = [url?.[1], url?.[3]];
        if (!argument || address === undefined || host === undefined || /^(localhost|127)$/.test(host)) continue;
        report('written', module.at(argument.value), { url: address.replace(/\/\/[^@/]*@/, '//') });
      }
    }
  },
});
