import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { access, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Bench, debianPackages, uvBinary } from './bench.ts';

/** A Docker engine of this run's own. */
export interface Engine {
  /** Runs the client; what it printed on both streams. */
  docker(args: readonly string[], options?: { readonly cwd?: string }): Promise<string>;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Images by the names that the generated files use. */
export interface BaseImages {
  readonly python: string;
  readonly uv: string;
  readonly distroless: string;
  readonly postgres: string;
}

/** The suite whose Python and PostgreSQL are those of the generated defaults. */
const SUITE = 'forky';
const PACKAGES = 'python3.14,python3.14-venv,libpython3.14,ca-certificates,tzdata,netbase,postgresql';

/** Starts an engine with its data in the run's scratch folder. */
export async function startEngine(bench: Bench): Promise<Engine> {
  await debianPackages(bench, { dockerd: 'docker.io', iptables: 'iptables', debootstrap: 'debootstrap' });
  const folder = join(bench.work, 'engine');
  await mkdir(folder);
  const socket = `unix://${folder}/docker.sock`;
  const log = openSync(join(folder, 'log'), 'w');
  const places = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`];
  const daemon = spawn('dockerd', ['--storage-driver=overlay2', ...places, '-H', socket], {
    stdio: ['ignore', log, log],
  });
  const env = { DOCKER_HOST: socket, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: join(folder, 'config') };
  const docker: Engine['docker'] = async (args, options = {}) => {
    const { all } = await execa('/usr/bin/docker', args, { all: true, env, ...options });
    return all ?? '';
  };
  for (let tries = 0; ; tries += 1) {
    const { failed } = await execa('/usr/bin/docker', ['version'], { env, reject: false });
    if (!failed) break;
    if (tries > 60 || daemon.exitCode !== null)
      throw new Error(`dockerd did not start:\n${await readFile(join(folder, 'log'), 'utf8')}`);
    await sleep(500);
  }
  return {
    docker,
    env,
    stop: async () => {
      const exited = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await exited;
      await execa('umount', [join(folder, 'exec/netns/default')], { reject: false });
    },
  };
}

/**
 * Builds stand-ins for the base images, under the very names that the generated files use, so that those are built unchanged.
 * No registry is needed: the root comes from Debian's packages and is cached.
 */
export async function standIns(bench: Bench, engine: Engine, images: BaseImages): Promise<void> {
  const archive = join(bench.cache, `root-${SUITE}.tar`);
  const found = await access(archive).then(
    () => true,
    () => false,
  );
  if (!found) await makeRoot(bench, archive);
  await engine.docker(['import', archive, 'stand-in/root']);
  const context = join(bench.work, 'stand-ins');
  await cp(join(bench.root, 'test/proof/stand-ins'), context, { recursive: true });
  await copyFile('/etc/ssl/certs/ca-certificates.crt', join(context, 'ca-certificates.crt'));
  await copyFile(await uvBinary(bench), join(context, 'uv'));
  await writeFile(join(context, 'uv.Dockerfile'), 'FROM scratch\nCOPY uv /uv\n');
  for (const [name, tag] of Object.entries(images)) {
    await engine.docker(['build', '--tag', tag, '--file', `${name}.Dockerfile`, '.'], { cwd: context });
  }
}

async function makeRoot(bench: Bench, archive: string): Promise<void> {
  bench.say(`making a root file system of Debian ${SUITE}, once`);
  const sources = await readFile('/etc/apt/sources.list.d/debian.sources', 'utf8').catch(() =>
    readFile('/etc/apt/sources.list', 'utf8'),
  );
  const mirror = /^URIs:\s*(\S+)|^deb\s+(?:\[[^\]]*\]\s*)?(\S+)/m.exec(sources);
  const root = join(bench.work, 'root');
  const address = mirror?.[1] ?? mirror?.[2] ?? '';
  const script = '/usr/share/debootstrap/scripts/sid';
  await execa('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, SUITE, root, address, script]);
  await writeFile(join(root, 'etc/apt/sources.list'), '');
  const without = ['./proc/*', './sys/*', './dev/*', './var/cache/apt/*'].map((path) => `--exclude=${path}`);
  await execa('tar', ['-C', root, '--one-file-system', ...without, '-cf', `${archive}.part`, '.']);
  await execa('mv', [`${archive}.part`, archive]);
}

/** Compose v2, from the Go proxy: Debian's 1.29 does not know `develop`. */
export async function composeBinary(bench: Bench): Promise<string> {
  const binary = join(bench.cache, 'bin', 'docker-compose');
  const { failed } = await execa(binary, ['version'], { reject: false });
  if (!failed) return binary;
  bench.say('building Compose, once');
  const { stdout } = await execa('go', ['mod', 'download', '-json', 'github.com/docker/compose/v2@v2.40.3']);
  const source = join(bench.work, 'compose');
  await execa('cp', ['-r', JSON.parse(stdout).Dir, source]);
  await execa('chmod', ['-R', 'u+w', source]);
  await execa('go', ['build', '-trimpath', '-o', binary, './cmd'], { cwd: source });
  return binary;
}
