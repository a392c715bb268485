import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './postgres.ts';

const run = promisify(execFile);
const BIN = '/usr/lib/rabbitmq/bin';

/** A broker that can be killed, and comes back with what it has on its disk. */
export interface KillableBroker {
  readonly url: string;
  /** Starts it (again), and waits until it listens. */
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

/**
 * Starts RabbitMQ of Debian's packages, with a node name, folder and ports of its own, and installs it first where it is missing.
 *
 * @throws Error where the server cannot be installed or started
 */
export async function startRabbitMq(): Promise<KillableBroker> {
  await access(join(BIN, 'rabbitmq-server')).catch(install);
  const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
  await mkdir(join(folder, 'home'));
  await writeFile(join(folder, 'rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${port}\n`);
  await writeFile(join(folder, 'plugins'), '[].\n');
  const env = {
    ...process.env,
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `node${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_SERVER_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  let server: ChildProcess | undefined;
  const broker: KillableBroker = {
    url: `amqp://guest:guest@127.0.0.1:${port}/`,
    start: async () => {
      server = spawn(join(BIN, 'rabbitmq-server'), { env, cwd: folder, stdio: 'ignore', detached: true });
      for (let tries = 0; !(await listens(port)); tries++) {
        if (tries === 600 || server.exitCode !== null) throw new Error(await logOf(folder));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    kill: async () => {
      if (server?.pid === undefined || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      process.kill(-server.pid, 'SIGKILL');
      await ended;
    },
    stop: async () => {
      await broker.kill();
      await run('epmd', ['-port', String(mapper), '-kill']).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await broker.start();
  return broker;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function logOf(folder: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', `tail -n 40 ${folder}/log/*`]).catch(() => ({ stdout: '' }));
  return stdout === '' ? await readFile(join(folder, 'rabbitmq.conf'), 'utf8') : stdout;
}

/** Debian's package would start a server of its own, which nobody needs. */
async function install(): Promise<void> {
  await run('apt-get', ['update', '-qq']);
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'rabbitmq-server'], { env });
}
