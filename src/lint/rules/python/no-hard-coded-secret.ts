import type { Expression } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noHardCodedSecret = defineRule({
  id: 'python/no-hard-coded-secret',
  summary: 'No secret stands in the code',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S105', 'ruff:S106'],
  why: 'A secret in the code is in every clone, every image and every fork, for ever. It cannot differ between environments and cannot be changed without a release.',
  source: 'https://12factor.net/config',
  messages: {
    secret: {
      text: '{name} is given a secret that stands in the code',
      remedy: 'Read it from the environment, and change the secret.',
    },
  },
  examples: {
    bad: [
      { files: 'STRIPE_API_KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"\n', at: [1] },
      { files: 'DATABASE_URL = "postgresql://orders:Tr0ub4dor3x@db.internal:5432/orders"\n', at: [1] },
      {
        files:
          'import boto3\n\ns3 = boto3.client("s3", aws_secret_access_key="wJalrXUtnFEMI7K7MDENGbPxRfiCYzzzzzzzzzKE")\n',
        at: [3],
      },
    ],
    good: [
      'import os\n\nAPI_KEY = os.environ["API_KEY"]\n',
      'PASSWORD_FIELD = "password"\nTOKEN_URL = "/oauth/token"\nSECRET_KEY = "change-me"\nPASSWORD_MIN_LENGTH = "twelve"\n',
      {
        files: 'DATABASE_URL = "postgresql://postgres:postgres@localhost:5432/postgres"\n',
        note: "A desk's own database has no secret.",
      },
      {
        files: { 'tests/test_login.py': 'PASSWORD = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"\n' },
        note: 'Tests log in with made-up passwords.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      for (const { statement } of module.statements) {
        if (statement.kind !== 'assign' || !statement.value) continue;
        const [target] = statement.targets;
        const name = target?.kind === 'name' || target?.kind === 'attribute' ? target.name : '';
        if (isSecret(name, statement.value)) report('secret', module.at(statement.value), { name });
      }
      for (const { call } of module.calls) {
        for (const { name, value } of call.args)
          if (name !== undefined && isSecret(name, value)) report('secret', module.at(value), { name });
      }
    }
  },
});

const NAMES =
  /(^|_)(password|passwd|pwd|secret|secret_key|token|api_?key|access_key|secret_access_key|private_key|auth_key|credentials?)$/i;
/** Formats that issuers use for their keys. */
const KNOWN =
  /^(sk_live_|rk_live_|ghp_|gho_|github_pat_|glpat-|xox[bpas]-|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30}|SG\.|-----BEGIN [A-Z ]*PRIVATE KEY)/;

function isSecret(name: string, value: Expression): boolean {
  if (value.kind !== 'string' || value.parts.length !== 1) return false;
  const [text] = value.parts;
  if (typeof text !== 'string') return false;
  if (KNOWN.test(text) && (text.length >= 20 || text.startsWith('-----'))) return true;
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^:@/\s]*:([^@/\s]+)@([^:/\s]+)/.exec(text);
  if (url)
    return (
      looksRandom(url[1] ?? '', 8) &&
      !/^(localhost|127\.0\.0\.1|db|postgres|mysql|redis|rabbitmq|database)$/.test(url[2] ?? '')
    );
  return NAMES.test(name) && looksRandom(text, 16);
}

/** Long, without spaces and placeholders, made of letters and digits: nothing that a person would write as a name. */
function looksRandom(text: string, length: number): boolean {
  if (
    text.length < length ||
    /\s|[{}<>$%]|change|example|insecure|dummy|placeholder|test|your|secret-key|todo|xxx|:\/\//i.test(text)
  )
    return false;
  return /\d/.test(text) && /[a-z]/i.test(text) && new Set(text).size >= Math.min(10, length);
}
