import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PostgreSQL of Debian's packages, in a folder and on a port of its own. */
export interface Postgres {
  readonly url: string;
  /** The address of a database of that name, which is made when it is first asked for. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a server, and installs it first where it is missing.
 *
 * @throws Error where the server cannot be installed or started
 */
export async function startPostgres(): Promise<Postgres> {
  const bin = (await findBin()) ?? (await install());
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const port = await freePort();
  await chmod(folder, 0o700);
  await giveToPostgres(folder);
  const data = join(folder, 'data');
  await asPostgres([join(bin, 'initdb'), '-D', data, '-A', 'trust', '-U', 'orders', '-E', 'UTF8', '--locale=C.UTF-8']);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  await asPostgres([join(bin, 'pg_ctl'), '-D', data, '-o', options, '-l', join(folder, 'log'), '-w', 'start']);
  const address = `postgresql://orders@127.0.0.1:${port}`;
  const made = new Set<string>();
  return {
    url: `${address}/postgres`,
    database: async (name) => {
      if (!made.has(name))
        await asPostgres([join(bin, 'createdb'), '-h', folder, '-p', String(port), '-U', 'orders', name]);
      made.add(name);
      return `${address}/${name}`;
    },
    stop: async () => {
      await asPostgres([join(bin, 'pg_ctl'), '-D', data, '-m', 'fast', '-w', 'stop']);
      await rm(folder, { recursive: true });
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function findBin(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.toSorted((left, right) => Number(left) - Number(right)).at(-1);
  return newest === undefined ? undefined : join(root, newest, 'bin');
}

async function install(): Promise<string> {
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql']);
  const bin = await findBin();
  if (bin === undefined) throw new Error('the postgresql package has no server');
  return bin;
}

/** The server refuses to run as root. */
async function asPostgres(command: readonly string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const [file = '', ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
  // pg_ctl's server would keep a pipe open
  await run('sh', ['-c', '"$@" >/dev/null 2>&1', 'sh', file, ...rest], { cwd: '/' });
}

async function giveToPostgres(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { stdout } = await run('id', ['-u', 'postgres']);
  await chown(folder, Number(stdout), -1);
}
