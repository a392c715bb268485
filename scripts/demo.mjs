// The main job, for real: creates a workspace, lints it, starts its service on the embedded defaults and calls it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uvEnvironment } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const python = process.env.MSVC_DEMO_PYTHON ?? '3.11';
const parent = await mkdtemp(join(tmpdir(), 'create-microservice-demo-'));
const service = join(parent, 'orders');
const env = { ...uvEnvironment(), APP_ENV: 'development' };
let server;

try {
  run(
    'node',
    [join(root, 'bin/create-microservice.js'), 'orders', '--yes', '--python', python, '--dir', service],
    parent,
  );
  run('node', [join(root, 'bin/msvc.js'), 'lint'], service);
  const port = await freePort();
  say(`make run (on port ${port})`);
  server = spawn('make', ['run'], {
    cwd: service,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/readyz`);
  await call('POST', `${origin}/api/v1/items`, { name: 'First', description: 'Made by the demo' });
  await call('GET', `${origin}/api/v1/items`);
  await call('GET', `${origin}/livez`);
  say('It runs.');
} finally {
  if (server?.pid !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    process.kill(-server.pid, 'SIGTERM');
    await ended;
  }
  await rm(parent, { recursive: true, force: true });
}

function say(text) {
  process.stdout.write(`\n▸ ${text}\n`);
}

function run(command, args, cwd) {
  say(`${command} ${args.join(' ')}`.replaceAll(`${root}/bin/`, '').replaceAll(parent, '.'));
  const { status } = spawnSync(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answers(url) {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if (server.exitCode !== null) throw new Error(`the service ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} did not answer within two minutes`);
}

async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': 'demo-1' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  say(`${method} ${new URL(url).pathname} → ${response.status}\n${await response.text()}`);
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}`);
}
