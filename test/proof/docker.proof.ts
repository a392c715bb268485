import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { parse } from 'yaml';
import { startLoad } from '../support/load.ts';
import { type Bench, type Figure, generate, uvBinary } from './bench.ts';
import { composeBinary, type Engine, standIns, startEngine } from './engine.ts';

const HARDENED = [
  ...['--read-only', '--tmpfs', '/tmp:size=64m', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--memory', '256m', '--pids-limit', '128'],
];
/** SHUTDOWN_DRAIN_SECONDS, where nobody sets it. */
const DRAIN_MILLISECONDS = 3000;
const PROMISED = ['/livez', '/readyz', '/metrics', '/docs', '/openapi.json', '/api/v1/items'];

/**
 * The generated Dockerfile and Compose file on a real engine, both unchanged: built, started read-only without privileges, asked for
 * every promised endpoint through the published port, stopped under load. The base images are stand-ins (see engine.ts).
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const figures: Figure[] = [{ what: 'base images', figure: 'stand-ins made from Debian packages' }];
  const engine = await startEngine(bench);
  try {
    const images = await baseImages(bench);
    await standIns(bench, engine, images);
    const uv = await uvBinary(bench);
    const made = async (database: string, baseImage: string): Promise<string> => {
      const folder = join(bench.work, `${database}-${baseImage}`);
      await generate(bench, spec(database, baseImage), folder);
      // Locked by the Python that the project is for, which this machine may not have.
      const mounts = ['--volume', `${folder}:/app`, '--volume', `${uv}:/uv:ro`, '--workdir', '/app'];
      await engine.docker(['run', '--rm', ...mounts, images.python, '/uv', 'lock', '--quiet']);
      return folder;
    };
    for (const baseImage of ['slim', 'distroless']) {
      figures.push(...(await proveImage(bench, engine, await made('none', baseImage), baseImage)));
    }
    for (const database of ['postgres', 'sqlite', 'none'] as const) {
      figures.push(...(await proveCompose(bench, engine, await made(database, 'slim'), database)));
    }
    return figures;
  } finally {
    await engine.stop();
  }
}

function spec(database: string, baseImage: string): string {
  return `version: 1\nname: orders\nbase-image: ${baseImage}\nservices: { orders: { path: ., database: ${database} } }\n`;
}

/** The names under which the generated files ask for their bases. */
async function baseImages(bench: Bench): Promise<{ python: string; uv: string; distroless: string; postgres: string }> {
  const { images } = parse(await readFile(join(bench.root, 'templates/versions.yaml'), 'utf8'));
  const name = (key: string): string => `${images[key].image}:${images[key].tag}`;
  return {
    python: name('python-3.14-slim'),
    uv: name('uv'),
    distroless: name('distroless'),
    postgres: name('postgres'),
  };
}

async function proveImage(bench: Bench, engine: Engine, folder: string, base: string): Promise<Figure[]> {
  bench.say(`building on ${base}`);
  const build = ['build', '--progress=plain', '--tag', 'orders:dev', '.'];
  const cold = await timed(() => engine.docker(build, { cwd: folder }));
  await appendFile(join(folder, 'src/orders/__init__.py'), '\n# a change\n');
  const warm = await timed(() => engine.docker(build, { cwd: folder }));
  for (const step of [/RUN [^\n]*--no-install-project/, /COPY --from=dependencies \/app\/\.venv/]) {
    expect(wasCached(warm.value, step), `a changed source line repeats ${step}:\n${warm.value}`);
  }
  const changed = await engine.docker(['run', '--rm', '--entrypoint', 'python', 'orders:dev', '-c', showsChange]);
  expect(changed.trim() === 'True', `the image holds an earlier build of the package: ${changed}`);
  if (base === 'distroless') {
    for (const shell of ['/bin/sh', '/bin/bash']) {
      const { failed } = await execa('/usr/bin/docker', ['run', '--rm', '--entrypoint', shell, 'orders:dev'], {
        env: engine.env,
        reject: false,
      });
      expect(failed, `there is a shell: ${shell}`);
    }
  }
  const size = Number(await engine.docker(['image', 'inspect', '--format', '{{.Size}}', 'orders:dev']));
  await engine.docker([
    'run',
    '--detach',
    '--name',
    base,
    '--publish',
    '127.0.0.1:18000:8000',
    ...HARDENED,
    'orders:dev',
  ]);
  await untilHealthy(engine, base);
  await askAll(18000);
  const owner = await engine.docker(['exec', base, 'python', '-c', 'import os; print(os.getuid(), os.getgid())']);
  expect(owner.trim() === '10001 10001', `runs as ${owner}`);
  const drained = await stopUnderLoad(engine, base, 18000);
  await engine.docker(['rm', base]);
  return [
    { what: `${base}: build, cold and after a changed line`, figure: `${seconds(cold)} and ${seconds(warm)}` },
    { what: `${base}: size with the stand-in`, figure: `${(size / 1e6).toFixed(0)} MB` },
    { what: `${base}: stopped under load`, figure: drained },
  ];
}

/** Whether the step whose line matches was taken from the cache, in the plain progress of a build. */
function wasCached(progress: string, step: RegExp): boolean {
  const number = new RegExp(`#(\\d+) \\[[^\\]]*\\] (?=${step.source})`).exec(progress)?.[1];
  return number !== undefined && progress.includes(`#${number} CACHED`);
}

const showsChange =
  "import pathlib, orders; print(pathlib.Path(orders.__file__).read_text().endswith('# a change\\n'))";

async function proveCompose(bench: Bench, engine: Engine, folder: string, database: string): Promise<Figure[]> {
  bench.say(`Compose with database ${database}`);
  const compose = await composeBinary(bench);
  const run = (...args: string[]) => execa(compose, args, { cwd: folder, env: engine.env, all: true });
  if (database === 'postgres') await execa('make', ['secrets'], { cwd: folder });
  const up = await timed(() =>
    run('up', '--build', '--detach', '--wait').catch(async (cause) => {
      throw new Error(`Compose did not come up:\n${(await run('logs', '--tail', '20')).all}`, { cause });
    }),
  );
  await askAll(8000);
  const created = await fetch('http://127.0.0.1:8000/api/v1/items', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'kept' }),
  });
  const stopped = await stopUnderLoad(engine, 'orders-orders-1', 8000);
  await run('up', '--detach', '--wait');
  expect(created.status === 201, `POST answers ${created.status}`);
  const kept = (await (await fetch('http://127.0.0.1:8000/api/v1/items')).text()).includes('kept');
  expect(kept === (database !== 'none'), `after a restart the item is ${kept ? '' : 'not '}there`);
  await run('down', '--volumes');
  return [
    { what: `compose, ${database}: up until healthy`, figure: seconds(up) },
    { what: `compose, ${database}: POST an item, restart`, figure: kept ? 'kept' : 'gone' },
    { what: `compose, ${database}: stopped under load`, figure: stopped },
  ];
}

async function untilHealthy(engine: Engine, container: string): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const health = await engine.docker(['inspect', '--format', '{{.State.Health.Status}}', container]);
    if (health.trim() === 'healthy') return;
    if (health.trim() === 'unhealthy') break;
    await sleep(500);
  }
  throw new Error(`${container} did not become healthy:\n${await engine.docker(['logs', container])}`);
}

async function askAll(port: number): Promise<void> {
  for (const path of PROMISED) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
    expect(answer.status === 200, `${path} answers ${answer.status}`);
  }
}

/** Sends requests while the container is told to stop: what it has accepted it answers, it drains as long as it says, and exits with 0. */
async function stopUnderLoad(engine: Engine, container: string, port: number): Promise<string> {
  const load = startLoad(`http://127.0.0.1:${port}/api/v1/items`, 4);
  await sleep(1000);
  const started = performance.now();
  const [drained] = await Promise.all([
    load.ended.then(() => performance.now() - started),
    engine.docker(['stop', '--time', '30', container]),
  ]);
  const log = await engine.docker(['logs', container]);
  const code = (await engine.docker(['inspect', '--format', '{{.State.ExitCode}}', container])).trim();
  expect(code === '0', `exit code ${code}:\n${log.slice(-4000)}`);
  expect(drained >= DRAIN_MILLISECONDS, `connections are refused after ${drained.toFixed(0)} ms`);
  const lost = log
    .split('\n')
    .flatMap((line) => /"request_id":"(load-[\d-]+)"/.exec(line)?.[1] ?? [])
    .filter((id) => !load.answers.has(id));
  expect(lost.length === 0, `accepted and not answered: ${lost.slice(0, 5).join(', ')}`);
  const failed = [...load.answers].filter(([, status]) => status !== 200 && status !== 201);
  expect(failed.length === 0, `answered with an error: ${failed.slice(0, 5).join(', ')}`);
  return `exit 0, ${(drained / 1000).toFixed(1)} s of draining, ${load.answers.size} answered, 0 lost`;
}

async function timed<Value>(action: () => Promise<Value>): Promise<{ value: Value; ms: number }> {
  const started = performance.now();
  return { value: await action(), ms: performance.now() - started };
}

function seconds({ ms }: { readonly ms: number }): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
