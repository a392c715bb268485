// npm run new:feature <name> [-- --workspace]: stamps a feature folder.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const scope = process.argv.includes('--workspace') ? 'workspace' : 'service';
const folder = join(root, 'templates', name ?? '');

if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '')) fail('Usage: npm run new:feature <name> [-- --workspace]');
if (existsSync(folder)) fail(`templates/${name} exists`);

mkdirSync(join(folder, 'files'), { recursive: true });
writeFileSync(
  join(folder, 'feature.yaml'),
  `description: ${name}
scope: ${scope}
when: {}
contributes: {}
`,
);
process.stdout.write(`templates/${name}/feature.yaml

Say when it applies and what it contributes (docs/features.md), and put its files under files/.
What every accepted spec must still do:  npx vitest run test/render test/lint/generated.test.ts
`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
