// Writes src/lint/rules/<domain>/index.ts: one line for each rule file, sorted. `--check` only compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../src/lint/rules/', import.meta.url);
const check = process.argv.includes('--check');
for (const domain of readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const folder = new URL(`${domain.name}/`, root);
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts' && !name.startsWith('_'))
    .sort()
    .map((name) => {
      const exported = name.slice(0, -3).replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
      return `export { ${exported} } from './${name}';\n`;
    });
  const index = new URL('index.ts', folder);
  const text = lines.join('');
  let known = '';
  try {
    known = readFileSync(index, 'utf8');
  } catch {}
  if (known === text) continue;
  if (check) {
    console.error(`src/lint/rules/${domain.name}/index.ts is stale: npm run rules:index`);
    process.exitCode = 1;
  } else writeFileSync(index, text);
}
