import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const retryHasLimit = defineRule({
  id: 'python/retry-has-limit',
  summary: 'Retries end',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'tenacity and backoff retry for ever unless they are told when to stop. A dependency that is down then holds every caller, and is overrun when it comes back.',
  source: 'https://tenacity.readthedocs.io/en/latest/#stopping',
  messages: { endless: { text: '{call} retries without an end', remedy: 'Give it {limit}.' } },
  examples: {
    bad: [
      { files: 'from tenacity import retry, wait_fixed\n\n\n@retry(wait=wait_fixed(1))\ndef call(): ...\n', at: [4] },
      { files: 'from tenacity import retry\n\n\n@retry\ndef call(): ...\n', at: [4] },
      { files: 'import backoff\n\n\n@backoff.on_exception(backoff.expo, OSError)\ndef call(): ...\n', at: [4] },
    ],
    good: [
      'from tenacity import retry, stop_after_attempt\n\n\n@retry(stop=stop_after_attempt(3))\ndef call(): ...\n',
      {
        files: 'from tenacity import retry\n\n\n@retry(**policy)\ndef call(): ...\n',
        note: 'The policy may hold a limit.',
      },
      'import backoff\n\n\n@backoff.on_exception(backoff.expo, OSError, max_tries=3)\ndef call(): ...\n',
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/tenacity|backoff/.test(module.text)) continue;
      for (const { statement } of module.statements) {
        if (statement.kind !== 'function') continue;
        for (const { expression } of statement.decorators) {
          const name = module.qualify(expression.kind === 'call' ? expression.callee : expression);
          const args = expression.kind === 'call' ? expression.args : [];
          if (args.some((argument) => argument.star !== '')) continue;
          const given = args.map((argument) => argument.name);
          if (
            name === 'tenacity.retry' &&
            !given.includes('stop') &&
            args.every((argument) => argument.name !== undefined)
          )
            report('endless', module.at(expression), { call: name, limit: 'stop=stop_after_attempt(3)' });
          if (
            (name === 'backoff.on_exception' || name === 'backoff.on_predicate') &&
            !given.includes('max_tries') &&
            !given.includes('max_time')
          )
            report('endless', module.at(expression), { call: name, limit: 'max_tries or max_time' });
        }
      }
    }
  },
});
