// npm run new:rule <domain>/<what-is-right>: stamps a rule, with the parts that its test and its page ask for.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rules = join(root, 'src/lint/rules');
const domains = readdirSync(rules, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
const [domain, name] = (process.argv[2] ?? '').split('/');
const file = join(rules, domain ?? '', `${name}.ts`);

if (!domains.includes(domain) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '')) {
  fail(`Usage: npm run new:rule <domain>/<what-is-right>\nDomains: ${domains.join(', ')}`);
}
if (existsSync(file)) fail(`${domain}/${name} exists`);

const constant = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
writeFileSync(
  file,
  `import { defineRule } from '../../rule.ts';

export const ${constant} = defineRule({
  id: '${domain}/${name}',
  summary: '',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: '',
  source: 'https://',
  messages: {},
  examples: { bad: [], good: [] },
  check() {},
});
`,
);
spawnSync('npm', ['run', '--silent', 'rules:index'], { cwd: root, stdio: 'inherit' });
process.stdout.write(`src/lint/rules/${domain}/${name}.ts

Fill it in; its test says what is missing:  RULE=${domain}/${name} npx vitest run test/lint/rules.test.ts
Then write its page:                        npm run docs:rules
`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
