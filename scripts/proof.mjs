// The long tier: `npm run proof`, or `npm run proof -- --only <name>`. Each test/proof/<name>.proof.ts sets itself up, fails by
// throwing, and returns figures; they are printed as one table at the end.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, keep: { type: 'boolean' } } });
const available = (await readdir(join(root, 'test/proof')))
  .filter((file) => file.endsWith('.proof.ts'))
  .map((file) => file.replace('.proof.ts', ''))
  .sort();
const unknown = values.only?.find((name) => !available.includes(name));
if (unknown !== undefined) {
  console.error(`there is no proof "${unknown}"; there are: ${available.join(', ')}`);
  process.exit(2);
}

// Built tools and base images are kept here; in no checkout.
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'create-microservice', 'proof');
await mkdir(join(cache, 'bin'), { recursive: true });
const bundles = await mkdtemp(join(root, 'node_modules', '.proof-'));
const rows = [];
let failed = 0;
try {
  for (const name of values.only ?? available) {
    const outfile = join(bundles, `${name}.mjs`);
    const entry = join(root, 'test/proof', `${name}.proof.ts`);
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    const { prove } = await import(pathToFileURL(outfile).href);
    const work = await mkdtemp(join(tmpdir(), `proof-${name}-`));
    const started = performance.now();
    try {
      const figures = await prove({ root, cache, work, say: (line) => console.error(`[${name}] ${line}`) });
      for (const { what, figure } of figures) rows.push([name, what, figure]);
      rows.push([name, 'time', `${((performance.now() - started) / 1000).toFixed(0)} s`]);
    } catch (error) {
      failed += 1;
      console.error(error);
      rows.push([name, 'FAILED', error.message.split('\n')[0]]);
    } finally {
      if (values.keep) console.error(`[${name}] kept ${work}`);
      else await rm(work, { recursive: true, force: true });
    }
  }
} finally {
  await rm(bundles, { recursive: true, force: true });
}
const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
for (const [name, what, figure] of rows) console.log(`${name.padEnd(widths[0])}  ${what.padEnd(widths[1])}  ${figure}`);
process.exitCode = failed === 0 ? 0 : 1;
