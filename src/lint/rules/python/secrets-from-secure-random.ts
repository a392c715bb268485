import { defineRule } from '../../rule.ts';
import { lastName, within } from './_handlers.ts';
import { servingModules } from './_services.ts';

const RANDOM = /^random\.(choice|choices|randint|random|randrange|getrandbits|sample|randbytes)$/;
const SECRET = /(^|_)(token|secret|password|passwd|otp|api_?key|session_?id|reset_?code|csrf)(_|$|s$)/i;

export const secretsFromSecureRandom = defineRule({
  id: 'python/secrets-from-secure-random',
  summary: 'Tokens and passwords come from a source that cannot be guessed',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S311'],
  why: 'The random module is made for simulations: after some hundred values its state is known, and with it every token that was and will be given out.',
  source: 'https://docs.python.org/3/library/secrets.html',
  messages: {
    guessable: {
      text: '{name} is made by {call}, which can be predicted',
      remedy: 'Use the secrets module.',
    },
  },
  examples: {
    bad: [
      { files: 'import random\n\n\ndef reset():\n    token = random.getrandbits(64)\n    return token\n', at: [5] },
      {
        files:
          'import random\nimport string\n\npassword = "".join(random.choice(string.ascii_letters) for _ in range(12))\n',
        at: [4],
      },
    ],
    good: [
      'import secrets\n\ntoken = secrets.token_urlsafe(32)\n',
      { files: 'import random\n\ndelay = random.random() * 2\n', note: 'Jitter need not be secret.' },
      { files: 'import random\n\ntoken = random.SystemRandom().choice("ab")\n' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!module.text.includes('random')) continue;
      for (const { statement } of module.statements) {
        if (statement.kind !== 'assign' || !statement.value) continue;
        const name = statement.targets.map(lastName).find((item) => SECRET.test(item));
        if (name === undefined) continue;
        for (const expression of within(statement.value)) {
          const call = expression.kind === 'call' ? module.qualify(expression.callee) : undefined;
          if (call === undefined || !RANDOM.test(call)) continue;
          report('guessable', module.at(expression), { name, call });
          break;
        }
      }
    }
  },
});
