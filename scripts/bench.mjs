// Prints our figures beside our peers', measured in one run: A B A B …, medians. Never asserts a time.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE, uvEnvironment } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ROUNDS = 15;
const work = mkdtempSync(join(tmpdir(), 'create-microservice-bench-'));

try {
  const peers = peerTools();
  const tree = join(work, 'tree');
  run('node', [
    join(root, 'bin/create-microservice.js'),
    'orders',
    '--yes',
    '--no-git',
    '--no-lock',
    '--quiet',
    '--dir',
    tree,
  ]);
  const files = filesOf(tree);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  writePeerTemplates(tree, files);
  let round = 0;
  const out = (name) => join(work, `${name}-${round}`);
  const rows = {
    'create-microservice': () =>
      run('node', [
        join(root, 'bin/create-microservice.js'),
        'orders',
        '--yes',
        '--no-git',
        '--no-lock',
        '--quiet',
        '--dir',
        out('ours'),
      ]),
    copier: () => run(peers.copier, ['copy', '--quiet', '--defaults', join(work, 'copier'), out('copier')]),
    cookiecutter: () => run(peers.cookiecutter, ['--no-input', '-o', out('cookiecutter'), join(work, 'cookiecutter')]),
    'node -e 0': () => run('node', ['-e', '0']),
    'cp -r': () => run('cp', ['-r', tree, out('copy')]),
  };
  const seconds = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
  for (; round < ROUNDS; round++) {
    for (const [name, action] of Object.entries(rows)) {
      const start = process.hrtime.bigint();
      action();
      seconds[name].push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  const medians = Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
  const floor = medians['node -e 0'] + medians['cp -r'];
  print(
    `A complete tree of ${files.length} files, ${Math.round(bytes / 1024)} KiB (cold processes, median of ${ROUNDS})`,
    medians,
  );
  process.stdout.write(
    `\nours / copier            ${(medians['create-microservice'] / medians.copier).toFixed(3)}  (goal: under 0.1)\n`,
  );
  process.stdout.write(
    `ours / (node + cp -r)    ${(medians['create-microservice'] / floor).toFixed(2)}  (goal: under 2)\n`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { cwd: work, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`);
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((entry) => join(folder, entry))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** The same files as templates of the peers; one variable in each, so that they render what we render. */
function writePeerTemplates(tree, files) {
  for (const file of files) {
    const path = relative(tree, file);
    const text = readFileSync(file, 'utf8');
    write(join(work, 'copier', 'template', `${path}.jinja`), `{% raw %}${text}{% endraw %}{{ name }}`);
    write(
      join(work, 'cookiecutter', '{{ cookiecutter.name }}', path),
      `{% raw %}${text}{% endraw %}{{ cookiecutter.name }}`,
    );
  }
  write(join(work, 'copier', 'copier.yml'), '_subdirectory: template\nname: { type: str, default: orders }\n');
  write(join(work, 'cookiecutter', 'cookiecutter.json'), '{ "name": "orders" }\n');
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function peerTools() {
  const venv = join(CACHE, 'bench');
  const bin = join(venv, 'bin');
  if (!existsSync(join(bin, 'copier'))) {
    const env = uvEnvironment();
    for (const args of [
      ['venv', '--quiet', venv],
      ['pip', 'install', '--quiet', '--python', join(bin, 'python'), 'copier', 'cookiecutter'],
    ]) {
      const { status } = spawnSync('uv', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
      if (status !== 0) throw new Error(`uv ${args.join(' ')} ended with ${status}`);
    }
  }
  return { copier: join(bin, 'copier'), cookiecutter: join(bin, 'cookiecutter') };
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function print(title, medians) {
  process.stdout.write(`${title}\n\n`);
  for (const [name, value] of Object.entries(medians))
    process.stdout.write(`${name.padEnd(24)} ${value.toFixed(0).padStart(6)} ms\n`);
}
