import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './postgres.ts';

const run = promisify(execFile);
const SERVER = '/usr/sbin/mariadbd';

/** A MariaDB of Debian's packages, in a folder and on a port of its own. */
export interface MariaDb {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a server, and installs it first where it is missing.
 *
 * @throws Error where the server cannot be installed or started
 */
export async function startMariaDb(): Promise<MariaDb> {
  await access(SERVER).catch(install);
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-'));
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(folder, Number((await run('id', ['-u', 'mysql'])).stdout), -1);
  const asServer = (command: readonly string[]): readonly [string, readonly string[]] =>
    isRoot ? ['runuser', ['-u', 'mysql', '--', ...command]] : [command[0] ?? '', command.slice(1)];
  const where = ['--no-defaults', `--datadir=${folder}/data`];
  const [setUp, setUpArguments] = asServer([
    'mariadb-install-db',
    ...where,
    '--auth-root-authentication-method=normal',
  ]);
  await run(setUp, setUpArguments, { cwd: '/' });
  const listens = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${folder}/socket`];
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-flush-method=nosync'];
  const [file, args] = asServer([SERVER, ...where, ...listens, ...quick, `--log-error=${folder}/log`]);
  const server = spawn(file, args, { cwd: '/', stdio: 'ignore' });
  const ended = once(server, 'exit');
  const ask = (statement: string): Promise<unknown> =>
    run('mariadb', ['--no-defaults', `--socket=${folder}/socket`, '--user=root', '--execute', statement]);
  for (let tries = 0; !(await ask('SELECT 1').then(Boolean, () => false)); tries++) {
    if (tries === 200 || server.exitCode !== null) throw new Error(await readFile(`${folder}/log`, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ask("CREATE DATABASE orders; CREATE USER orders@127.0.0.1 IDENTIFIED BY 'orders'");
  await ask('GRANT ALL ON *.* TO orders@127.0.0.1');
  return {
    url: `mysql://orders:orders@127.0.0.1:${port}/orders`,
    stop: async () => {
      await ask('SHUTDOWN');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function install(): Promise<void> {
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'mariadb-server']);
}
