// Prints what day two costs in workspaces of 50 and of 200 services: cold processes, medians. Never asserts a time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ROUNDS = 3;
const work = mkdtempSync(join(tmpdir(), 'create-microservice-scale-'));

try {
  const rows = [50, 200].map((count) => measure(count));
  process.stdout.write(`\nDay two in a large workspace (cold processes, median of ${ROUNDS})\n\n`);
  process.stdout.write(`${''.padEnd(24)} ${rows.map(({ count }) => `${count} services`.padStart(16)).join('')}\n`);
  for (const name of Object.keys(rows[0].medians)) {
    const cells = rows.map(({ medians }) => {
      return `${medians[name].toFixed(0)} ms`.padStart(16);
    });
    process.stdout.write(`${name.padEnd(24)} ${cells.join('')}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measure(count) {
  const place = join(work, `of-${count}`);
  const databases = ['none', 'sqlite', 'postgres'];
  const services = Array.from(
    { length: count },
    (_, index) => `  service-${index}: { database: ${databases[index % databases.length]} }\n`,
  );
  const spec = join(work, `${count}.yaml`);
  writeFileSync(spec, `version: 1\nname: large\nservices:\n${services.join('')}`);
  run(work, 'create-microservice.js', ['--from', spec, '--dir', place, '--no-lock', '--quiet']);
  const cache = join(work, `${count}.cache`);
  const actions = {
    'add-service': (round) => run(place, 'msvc.js', ['add-service', `new-${round}`, '--no-lock', '--quiet']),
    sync: () => run(place, 'msvc.js', ['sync', '--quiet']),
    'sync --check': () => run(place, 'msvc.js', ['sync', '--check']),
    status: () => run(place, 'msvc.js', ['status']),
    'lint, first': () => run(place, 'msvc.js', ['lint', '--quiet']),
    'lint --cache, again': () => run(place, 'msvc.js', ['lint', '--quiet', '--cache-file', cache]),
  };
  const medians = {};
  for (const [name, action] of Object.entries(actions)) {
    if (name.endsWith('again')) action(0);
    const taken = Array.from({ length: ROUNDS }, (_, round) => timed(() => action(round)));
    medians[name] = median(taken);
  }
  return { count, medians };
}

function run(cwd, bin, args) {
  const { status, stderr } = spawnSync('node', [join(root, 'bin', bin), ...args], { cwd, encoding: 'utf8' });
  // Lint finds that no dependencies are locked here: 1 is an answer too.
  if (status !== 0 && status !== 1) throw new Error(`${bin} ${args.join(' ')} ended with ${status}\n${stderr}`);
}

function timed(action) {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}
