import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const jwtVerified = defineRule({
  id: 'python/jwt-verified',
  summary: 'The signature of a token is checked',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A token whose signature is not checked says what its sender wants: any user, any role. It is the one line that turns authentication off.',
  source: 'https://pyjwt.readthedocs.io/en/stable/usage.html',
  messages: {
    unverified: {
      text: 'The token is read without checking its signature',
      remedy: 'Give the key and the algorithms, and leave verification on.',
    },
  },
  examples: {
    bad: [
      {
        files: 'import jwt\n\n\ndef user(token):\n    return jwt.decode(token, options={"verify_signature": False})\n',
        at: [5],
      },
      {
        files:
          'from jose import jwt\n\n\ndef user(token, key):\n    return jwt.decode(token, key, algorithms=["none"])\n',
        at: [5],
      },
    ],
    good: [
      'import jwt\n\n\ndef user(token, key):\n    return jwt.decode(token, key, algorithms=["RS256"])\n',
      {
        files: 'import jwt\n\n\ndef user(token, key, options):\n    return jwt.decode(token, key, options=options)\n',
        note: 'What the options say is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/jwt|jose/.test(module.text)) continue;
      for (const { call } of module.calls) {
        if (!/^(jwt|jose\.jwt)\.decode$/.test(module.qualify(call.callee) ?? '')) continue;
        const options = keyword(call, 'options')?.value;
        const off =
          options?.kind === 'dict' &&
          options.entries.find(
            ({ key, value }) =>
              key?.kind === 'string' &&
              key.parts[0] === 'verify_signature' &&
              value.kind === 'constant' &&
              value.value === false,
          );
        const verify = keyword(call, 'verify')?.value;
        const algorithms = keyword(call, 'algorithms')?.value;
        const none =
          (algorithms?.kind === 'list' || algorithms?.kind === 'tuple') &&
          algorithms.items.find((item) => item.kind === 'string' && String(item.parts[0]).toLowerCase() === 'none');
        const where = off
          ? off.value
          : verify?.kind === 'constant' && verify.value === false
            ? verify
            : none
              ? none
              : undefined;
        if (where) report('unverified', module.at(where));
      }
    }
  },
});
