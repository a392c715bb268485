import { compareText } from '../tree/tree.ts';
import { moduleName } from './names.ts';
import { OPTIONS, type OptionName, type ValueOf } from './options.ts';
import type { ServiceInput, SpecInput } from './schema.ts';
import type { Service, Workspace } from './workspace.ts';

const SINGLE_SERVICE_PORT = 8000;
const FIRST_PORT = 8001;
const PORT_COUNT = 999;

/** Fills in every default. The input has the schema's shape; whether its choices go together is not asked here. */
export function resolveSpec(input: SpecInput): Workspace {
  const python = input.python ?? defaultOf('python');
  const baseImage = input['base-image'] ?? defaultOf('base-image');
  const deploy = typeof input.deploy === 'object' ? input.deploy : { target: input.deploy };
  const ci = input.ci === undefined ? [defaultOf('ci')] : [input.ci].flat();
  const entries = Object.entries(input.services).sort(([left], [right]) => compareText(left, right));
  const ports = hostPorts(entries);
  return {
    name: input.name,
    python,
    baseImage,
    ci: [...new Set(ci)].filter((value) => value !== 'none').sort(compareText),
    deploy: deploy.target ?? defaultOf('deploy'),
    strategy: ('strategy' in deploy ? deploy.strategy : undefined) ?? defaultOf('strategy'),
    gateway: input.gateway ?? defaultOf('gateway'),
    logs: input.logs ?? defaultOf('logs'),
    monitoring: input.monitoring ?? defaultOf('monitoring'),
    tracing: input.tracing ?? defaultOf('tracing'),
    configService: input['config-service'] ?? defaultOf('config-service'),
    owners: input.owners ?? [],
    packs: input.packs ?? [],
    services: entries.map(([name, service]) =>
      resolveService(name, service ?? {}, { python, baseImage, hostPort: ports.get(name) ?? SINGLE_SERVICE_PORT }),
    ),
  };
}

function resolveService(
  name: string,
  input: ServiceInput,
  inherited: Pick<Service, 'python' | 'baseImage' | 'hostPort'>,
): Service {
  return {
    name,
    module: moduleName(name),
    path: input.path ?? `services/${name}`,
    framework: input.framework ?? defaultOf('framework'),
    database: input.database ?? defaultOf('database'),
    cache: input.cache ?? defaultOf('cache'),
    broker: input.broker ?? defaultOf('broker'),
    pattern: input.pattern ?? defaultOf('pattern'),
    python: input.python ?? inherited.python,
    baseImage: input['base-image'] ?? inherited.baseImage,
    calls: sorted(input.calls),
    publishes: sorted(input.publishes ?? defaultEvents(input)),
    subscribes: sorted(input.subscribes),
    owners: input.owners ?? [],
    hostPort: input.port ?? inherited.hostPort,
  };
}

/**
 * A port for each service that names none. It follows from the name, so that a new service never moves the port of
 * another one; where two names meet, the later one in the alphabet steps on.
 */
function hostPorts(entries: readonly (readonly [string, ServiceInput | null])[]): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  const taken = new Set(entries.flatMap(([, service]) => service?.port ?? []));
  for (const [name, service] of entries) {
    if (service?.port !== undefined) {
      ports.set(name, service.port);
      continue;
    }
    const port = service?.path === '.' ? SINGLE_SERVICE_PORT : portAfter(name, taken);
    taken.add(port);
    ports.set(name, port);
  }
  return ports;
}

/** The port that follows from a name, or the next one that is free. */
export function portAfter(name: string, taken: ReadonlySet<number>): number {
  let port = FIRST_PORT + (hash(name) % PORT_COUNT);
  while (taken.has(port)) port = port + 1 >= FIRST_PORT + PORT_COUNT ? FIRST_PORT : port + 1;
  return port;
}

/** FNV-1a, 32 bit (http://www.isthe.com/chongo/tech/comp/fnv/): small, and the same on every machine. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const unit of Buffer.from(text, 'utf8')) value = Math.imul(value ^ unit, 0x01000193) >>> 0;
  return value;
}

/** What a service with a broker tells where nothing is said about events: how its example resource changes. */
function defaultEvents({ broker, subscribes }: ServiceInput): readonly string[] {
  const silent = (broker ?? defaultOf('broker')) === 'none' || subscribes !== undefined;
  return silent ? [] : ['item-created', 'item-changed', 'item-removed'];
}

/** The default of an option, as its type. */
export function defaultOf<Name extends OptionName>(name: Name): ValueOf<Name> {
  const option = OPTIONS.find((candidate) => candidate.name === name);
  return option?.default as ValueOf<Name>;
}

function sorted(names: readonly string[] | undefined): readonly string[] {
  return [...new Set(names)].sort(compareText);
}
