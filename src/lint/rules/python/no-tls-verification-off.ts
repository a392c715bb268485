import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noTlsVerificationOff = defineRule({
  id: 'python/no-tls-verification-off',
  summary: 'Certificates of other services are checked',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S501'],
  why: 'Without the check anybody on the way can answer in the place of the other service, and read every token that is sent to it.',
  source: 'https://www.python-httpx.org/advanced/ssl/',
  messages: {
    off: {
      text: '{call} does not check the certificate',
      remedy: 'Leave verify on, and give it the authority that signed the certificate.',
    },
  },
  examples: {
    bad: [
      { files: 'import httpx\n\nclient = httpx.Client(verify=False)\n', at: [3] },
      { files: 'import requests\n\nrequests.get("https://payments", timeout=5, verify=False)\n', at: [3] },
    ],
    good: [
      'import httpx\n\nclient = httpx.Client(verify="/etc/ssl/internal.pem")\n',
      {
        files: 'import httpx\n\nclient = httpx.Client(verify=settings.verify)\n',
        note: 'What the setting says is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!module.text.includes('verify')) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee);
        const verify = keyword(call, 'verify');
        if (
          name !== undefined &&
          /^(requests|httpx)\./.test(name) &&
          verify?.value.kind === 'constant' &&
          verify.value.value === false
        )
          report('off', module.at(verify), { call: name });
      }
    }
  },
});
