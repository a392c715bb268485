import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinPack } from '../../src/cli/builtin-pack.ts';
import { render } from '../../src/render/render.ts';
import { parseSpec } from '../../src/spec/parse-spec.ts';
import { startLoad } from '../support/load.ts';
import { type MariaDb, startMariaDb } from '../support/mariadb.ts';
import { freePort, type Postgres, startPostgres } from '../support/postgres.ts';

const run = promisify(execFile);
const LOAD_MILLISECONDS = 3_000;

let folder = '';
/** What each framework's OpenAPI document promises. */
const contracts = new Map<string, unknown>();
let postgres: Postgres | undefined;
let mariadb: MariaDb | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-'));
  postgres = await startPostgres();
  mariadb = await startMariaDb();
}, 600_000);

afterAll(async () => {
  await postgres?.stop();
  await mariadb?.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  ['fastapi', 'none'],
  ['fastapi', 'sqlite'],
  ['fastapi', 'postgres'],
  ['fastapi', 'mysql'],
  ['flask', 'postgres'],
  ['django', 'postgres'],
  ['flask', 'mysql'],
])('a %s service with database %s', (framework, database) => {
  it('passes its own checks and tests', { timeout: 1_200_000 }, async () => {
    const service = await generate(framework, database);
    await run('make', ['lint'], service);
    const { stdout } = await run('make', ['test'], service);
    expect(stdout).toMatch(/Required test coverage of 90.0% reached/);
    expect(stdout).toMatch(/=+ \d+ passed.* in /);
    expect(stdout).not.toMatch(/skipped(?! {1,2}due)| failed/);
  });

  it('loses no request when it is stopped under load', { timeout: 600_000 }, async () => {
    const service = await generate(framework, database);
    const log = join(service.cwd, 'service.log');
    const port = await freePort();
    const env = { ...service.env, PORT: String(port), HOST: '127.0.0.1', SHUTDOWN_DRAIN_SECONDS: '1' };
    if (database !== 'none') await run('uv', ['run', 'python', '-m', 'orders.migrate'], { ...service, env });
    const python = join(service.cwd, '.venv/bin/python');
    const started = spawn(python, ['-m', 'orders'], { cwd: service.cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(started, 'exit');
    const written = once(started.stdout.pipe(createWriteStream(log)), 'close');
    await untilReady(started, port);
    const document = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    contracts.set(framework, contractOf((await document.json()) as OpenApi));

    const load = startLoad(`http://127.0.0.1:${port}/api/v1/items`, 8);
    await new Promise((resolve) => setTimeout(resolve, LOAD_MILLISECONDS));
    started.kill('SIGTERM');
    const [code] = await exited;
    await Promise.all([load.ended, written]);

    expect(code).toBe(0);
    expect(load.answers.size).toBeGreaterThan(20);
    expect(new Set(load.answers.values())).toEqual(new Set([200, 201]));
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    const accepted = lines
      .map((line) => JSON.parse(line) as { request_id?: string; event: string })
      .filter(({ request_id, event }) => event === 'request' && request_id?.startsWith('load-'));
    expect(accepted.map(({ request_id }) => request_id).sort()).toEqual([...load.answers.keys()].sort());
  });
});

it('promises the same from outside, whatever the framework', () => {
  expect([...contracts.keys()].toSorted()).toEqual(['django', 'fastapi', 'flask']);
  expect(contracts.get('flask')).toEqual(contracts.get('fastapi'));
  expect(contracts.get('django')).toEqual(contracts.get('fastapi'));
});

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: object };
  readonly responses: Readonly<Record<string, { readonly content?: object; readonly headers?: object }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | Operation['parameters']>>>>;
}

/** Operations with their parameters, bodies and answers, without how a library words them. */
function contractOf({ paths }: OpenApi): unknown {
  const operations = Object.entries(paths).flatMap(([path, { parameters: shared, ...methods }]) =>
    Object.entries(methods as Record<string, Operation>).map(
      ([method, { parameters = [], requestBody, responses }]) => [
        `${method} ${path}`,
        {
          parameters: [...((shared as Operation['parameters']) ?? []), ...parameters]
            .map(
              ({ name, in: where, required = false }) => `${where} ${name.toLowerCase()}${required ? ' required' : ''}`,
            )
            .toSorted(),
          body: requestBody && [requestBody.required ?? false, ...Object.keys(requestBody.content)],
          responses: Object.entries(responses).map(([status, { content = {}, headers = {} }]) =>
            [status, ...Object.keys(content), ...Object.keys(headers).toSorted()].join(' '),
          ),
        },
      ],
    ),
  );
  return Object.fromEntries(operations);
}

/** Renders the service once, and returns how to run commands in it. */
async function generate(
  framework: string,
  database: string,
): Promise<{ cwd: string; env: NodeJS.ProcessEnv; maxBuffer: number }> {
  const cwd = join(folder, framework, database);
  const orders = `{ path: ., framework: ${framework}, database: ${database} }`;
  // Blue-green brings the most Python of the strategies.
  const spec = `version: 1\nname: orders\npython: "3.11"\ndeploy: { strategy: blue-green }\nservices:\n  orders: ${orders}\n`;
  for (const [path, { content, mode }] of render(parseSpec(spec), await builtinPack(), '0.0.0')) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), content, { mode });
  }
  const env: NodeJS.ProcessEnv = { ...process.env, APP_ENV: 'test', UV_PYTHON: '3.11' };
  delete env.VIRTUAL_ENV;
  // Each framework keeps its own account of the migrations that a database has seen.
  if (database === 'postgres') env.DATABASE_URL = await postgres?.database(framework);
  if (database === 'mysql') env.DATABASE_URL = mariadb?.url;
  return { cwd, env, maxBuffer: 1 << 26 };
}

async function untilReady(service: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (service.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service does not become ready');
}
