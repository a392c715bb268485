import { setTimeout as sleep } from 'node:timers/promises';
import { didYouMean } from '../../spec/nearest.ts';
import type { Service, Workspace } from '../../spec/workspace.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';
import type { Context, ExitCode, Paint } from '../context.ts';
import { InterruptedError } from '../print-error.ts';
import { openWorkspace } from '../workspace.ts';

const COLORS = ['cyan', 'green', 'yellow', 'magenta', 'blue'] as const satisfies readonly (keyof Paint)[];

const POLL_MILLISECONDS = 250;

/** `msvc dev`: every service of the workspace at once, as `make run` runs each, without a container. */
export const dev = defineCommand<object, readonly [readonly string[]]>({
  examples: [
    { command: 'msvc dev', effect: 'Run all services until Ctrl-C, each on its own port and embedded stand-ins' },
    { command: 'msvc dev orders', effect: 'Run orders and the services that it calls' },
  ],
  configure(command) {
    command.argument('[services...]', 'only these, and the services that they call (default: all)');
  },
  async run(context, [names]) {
    const { root, workspace } = openWorkspace(context);
    const services = inStartOrder(workspace, names);
    await refuseTakenPorts(context, services);
    return runUntilStopped(context, root, services);
  },
});

/**
 * The chosen services and all that they call, each after the ones that it calls; in a circle of calls the first by name
 * comes last.
 *
 * @throws UserError for a name that is no service
 */
function inStartOrder({ services }: Workspace, names: readonly string[]): readonly Service[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ordered = new Set<Service>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const service = byName.get(name);
    if (service === undefined || visited.has(name)) return;
    visited.add(name);
    service.calls.forEach(visit);
    ordered.add(service);
  };
  for (const name of names) {
    if (byName.has(name)) continue;
    throw new UserError(`"${name}" is no service of this workspace`, { remedy: didYouMean(name, [...byName.keys()]) });
  }
  (names.length > 0 ? names : [...byName.keys()]).forEach(visit);
  return [...ordered];
}

async function refuseTakenPorts({ get }: Context, services: readonly Service[]): Promise<void> {
  const answers = await Promise.all(services.map(({ hostPort }) => get(addressOf(hostPort))));
  const taken = services.find((_service, index) => answers[index] !== undefined);
  if (taken === undefined) return;
  throw new UserError(`something answers at ${addressOf(taken.hostPort)} already, where ${taken.name} would listen`, {
    remedy: `Stop it, or give ${taken.name} another port: in msvc.yaml.`,
  });
}

/** Starts each service once those that it calls are ready; the first that ends, or Ctrl-C, ends all. */
async function runUntilStopped(context: Context, root: string, services: readonly Service[]): Promise<ExitCode> {
  const { err, paintErr } = context.terminal;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const started = new Map<string, Promise<{ readonly ended: Promise<void> }>>();
  let code: ExitCode = 0;
  const start = async (service: Service, called: readonly Promise<unknown>[]) => {
    await Promise.all(called);
    if (signal.aborted) return { ended: Promise.resolve() };
    const ended = run(context, root, service, services, signal).then((how) => {
      if (how === undefined || signal.aborted) return;
      err(`${paintErr.red('✗')} ${service.name} ${how}\n`);
      code = 1;
      stop.abort();
    });
    if (await becomesReady(context, service, signal)) {
      err(`${paintErr.green('✓')} ${paintErr.bold(service.name)} ${addressOf(service.hostPort)}/docs\n`);
    }
    return { ended };
  };
  for (const service of services) {
    const called = service.calls.flatMap((name) => started.get(name) ?? []);
    started.set(service.name, start(service, called));
  }
  for (const { ended } of await Promise.all(started.values())) await ended;
  err(`${paintErr.dim('All services have stopped.')}\n`);
  return code;
}

/** Runs one service to its end; says how it ended where nobody had asked for that. */
async function run(
  { terminal, processes, env }: Context,
  root: string,
  service: Service,
  services: readonly Service[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const color = COLORS[services.indexOf(service) % COLORS.length] ?? 'cyan';
  const width = Math.max(...services.map(({ name }) => name.length));
  const prefix = terminal.paint[color](`${service.name.padEnd(width)} |`);
  try {
    const { exitCode } = await processes.run('make', ['--no-print-directory', 'run'], {
      cwd: service.path === '.' ? root : `${root}/${service.path}`,
      env: environmentOf(service, services, env),
      signal,
      onLine: (line) => terminal.out(`${prefix} ${line}\n`),
    });
    return exitCode === undefined ? 'could not be started: install make and uv' : `ended with exit code ${exitCode}`;
  } catch (error) {
    if (error instanceof InterruptedError) return undefined;
    throw error;
  }
}

async function becomesReady({ get }: Context, { hostPort }: Service, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if ((await get(`${addressOf(hostPort)}/readyz`)) === 200) return true;
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Where a service listens and finds the ones that it calls; nothing waits for load balancers here. */
function environmentOf(
  service: Service,
  running: readonly Service[],
  env: Context['env'],
): Readonly<Record<string, string>> {
  const called = running
    .filter(({ name }) => service.calls.includes(name))
    .map(({ module, hostPort }) => [`${module.toUpperCase()}_URL`, addressOf(hostPort)] as const);
  return {
    PORT: String(service.hostPort),
    LOG_FORMAT: env.LOG_FORMAT ?? 'console',
    SHUTDOWN_DRAIN_SECONDS: '0',
    ...Object.fromEntries(called),
  };
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
