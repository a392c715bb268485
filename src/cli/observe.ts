import { lineage, type Stage } from '../artifacts/dockerfile/dockerfile.ts';
import { parseImageReference } from '../artifacts/image-reference.ts';
import type { Repository } from '../artifacts/repository.ts';
import { graphOf, serviceNodeId } from '../graph/graph.ts';
import { availableValues } from '../render/availability.ts';
import type { Pack } from '../render/feature.ts';
import { nameProblem, suggestName } from '../spec/names.ts';
import { OPTIONS, type OptionName, optionNamed } from '../spec/options.ts';
import type { ServiceInput, SpecInput } from '../spec/schema.ts';
import { placeOf } from '../system/fact.ts';
import { type Service, systemOf } from '../system/system.ts';
import { offersNames } from './desired.ts';

/** A choice that a repository has made, and what shows it. */
export interface Observation {
  /** The service; undefined for the whole workspace. */
  readonly service?: string;
  readonly option: string;
  readonly value: string;
  /** `file:line`, or a file. */
  readonly evidence: string;
  /** Set where the choice cannot stand in the spec. */
  readonly problem?: string;
}

/** What a repository looks like as a spec, and why. */
export interface Observed {
  readonly spec: SpecInput;
  readonly observations: readonly Observation[];
  /** Folders of code that is no service which can be described. */
  readonly leftOut: readonly { readonly folder: string; readonly why: string }[];
}

/** Distributions that show a choice, the most telling first. */
const DISTRIBUTIONS: Readonly<Partial<Record<OptionName, readonly (readonly [string, readonly string[]])[]>>> = {
  framework: [
    ['fastapi', ['fastapi']],
    ['django', ['django']],
    ['flask', ['flask', 'apiflask']],
  ],
  database: [
    ['postgres', ['asyncpg', 'psycopg', 'psycopg2', 'psycopg2-binary', 'psycopg-binary', 'pg8000']],
    ['mysql', ['asyncmy', 'aiomysql', 'pymysql', 'mysqlclient', 'mysql-connector-python']],
    ['sqlite', ['aiosqlite']],
  ],
  cache: [['redis', ['redis', 'django-redis', 'aioredis', 'flask-redis']]],
  broker: [
    ['kafka', ['aiokafka', 'confluent-kafka', 'kafka-python', 'kafka-python-ng']],
    ['rabbitmq', ['aio-pika', 'pika', 'aiormq', 'kombu']],
  ],
  tracing: [
    [
      'otlp',
      [
        'opentelemetry-exporter-otlp',
        'opentelemetry-exporter-otlp-proto-http',
        'opentelemetry-exporter-otlp-proto-grpc',
      ],
    ],
  ],
};

const BROKER_EXTRAS: Readonly<Record<string, string>> = { rabbit: 'rabbitmq', kafka: 'kafka', confluent: 'kafka' };

/** Files that show a choice of the workspace. */
const FILES: Readonly<Partial<Record<OptionName, readonly (readonly [string, RegExp])[]>>> = {
  ci: [
    ['github', /^\.github\/workflows\/[^/]+\.ya?ml$/],
    ['gitlab', /^\.gitlab-ci\.yml$/],
    ['jenkins', /(^|\/)Jenkinsfile$/],
  ],
  deploy: [
    ['kustomize', /(^|\/)kustomization\.ya?ml$/],
    ['helm', /(^|\/)Chart\.yaml$/],
    ['systemd', /\.service$/],
  ],
};

/** Images in Compose or Kubernetes that show a choice of the workspace. */
const IMAGES: Readonly<Partial<Record<OptionName, readonly (readonly [string, RegExp])[]>>> = {
  gateway: [['traefik', /(^|\/)traefik$/]],
  monitoring: [['prometheus', /(^|\/)prometheus$/]],
  logs: [
    ['loki', /(^|\/)loki$/],
    ['elk', /(^|\/)elasticsearch$/],
    ['graylog', /(^|\/)graylog$/],
  ],
  'config-service': [['consul', /(^|\/)consul$/]],
};

/**
 * Describes a repository by a spec: what its services are made of, as far as it can be seen, each with what shows it.
 * What is not seen gets the value that asks for nothing, never a default that would add something.
 *
 * @param repository the repository
 * @param folderName name of its folder, for the workspace's name
 * @param pack decides what a spec can say here
 */
export function observe(repository: Repository, folderName: string, pack: Pack): Observed {
  const observations: Observation[] = [];
  const leftOut: { folder: string; why: string }[] = [];
  const system = systemOf(repository);
  const names = new Map<Service, string>();
  const services: [string, ServiceInput][] = [];

  const choose = (option: OptionName, found: Found | undefined, service?: string): string => {
    const { neutral, default: initial } = optionNamed(option);
    if (found === undefined) return neutral ?? initial;
    const available = availableValues(optionNamed(option), pack);
    const owner = service === undefined ? {} : { service };
    const offered = available.includes(found.value);
    const problem = offered ? {} : { problem: `no feature offers it; there are ${available.join(', ')}` };
    observations.push({ ...owner, option, ...found, ...problem });
    return offered ? found.value : (neutral ?? initial);
  };

  for (const service of system.services) {
    if ([...names.keys()].some((other) => other.root === service.root)) continue;
    const folder = service.root === '' ? '.' : service.root;
    const framework = frameworkOf(service);
    if (framework === undefined || !availableValues(optionNamed('framework'), pack).includes(framework.value)) {
      const why = framework === undefined ? 'no web framework is seen in it' : `no feature offers ${framework.value}`;
      leftOut.push({ folder, why });
      continue;
    }
    const name = freeName(service.name, folderName, [...names.values()]);
    names.set(service, name);
    observations.push({ service: name, option: 'framework', ...framework });
    const image = baseOf(service);
    services.push([
      name,
      {
        path: folder,
        framework: framework.value,
        database: choose('database', byDistribution(service, 'database'), name),
        cache: choose('cache', byDistribution(service, 'cache'), name),
        broker: choose('broker', brokerOf(service), name),
        python: choose('python', image.python ?? requiredPython(service), name),
        'base-image': choose('base-image', image.variant, name),
      } as ServiceInput,
    ]);
  }
  const byId = new Map([...names].map(([service, name]) => [serviceNodeId(service), name]));
  const offersCalls = offersNames(pack, 'calls');
  for (const { from, to, kind, places } of graphOf(system).edges) {
    const [caller, called] = [byId.get(from), byId.get(to)];
    if (kind !== 'calls' || caller === undefined || called === undefined || caller === called) continue;
    const problem = offersCalls ? {} : { problem: 'no feature offers it' };
    observations.push({ service: caller, option: 'calls', value: called, evidence: places[0] ?? '', ...problem });
    const input = services.find(([name]) => name === caller)?.[1];
    if (offersCalls && input !== undefined) input.calls = [...new Set([...(input.calls ?? []), called])].sort();
  }

  const ci = (FILES.ci ?? []).flatMap(([value, pattern]) => {
    const evidence = repository.paths.find((path) => pattern.test(path));
    return evidence === undefined ? [] : [choose('ci', { value, evidence })];
  });
  const tracing = [...names.keys()]
    .map((service) => byDistribution(service, 'tracing'))
    .find((found) => found !== undefined);
  const spec = {
    version: 1,
    name: freeName(folderName, folderName, []),
    ci: ci.length === 0 ? 'none' : ci,
    deploy: choose('deploy', byFile(repository, 'deploy')),
    gateway: choose('gateway', byImage(repository, 'gateway')),
    logs: choose('logs', byImage(repository, 'logs')),
    monitoring: choose('monitoring', byImage(repository, 'monitoring')),
    tracing: choose('tracing', tracing),
    'config-service': choose('config-service', byImage(repository, 'config-service')),
    services: Object.fromEntries(services),
  } as unknown as SpecInput;
  return { spec: withoutDefaults(spec), observations, leftOut };
}

interface Found {
  readonly value: string;
  readonly evidence: string;
}

function byDistribution({ project }: Service, option: OptionName): Found | undefined {
  for (const [value, names] of DISTRIBUTIONS[option] ?? []) {
    const requirement =
      project?.requirements.find(({ name, group }) => group === undefined && names.includes(name)) ??
      project?.requirements.find(({ name }) => names.includes(name));
    if (requirement !== undefined) return { value, evidence: placeOf(requirement) };
  }
  return undefined;
}

/** The framework that the code imports; a compiled list of requirements has more than what is used. */
function frameworkOf(service: Service): Found | undefined {
  const imported = new Set(
    service.project?.sources.flatMap(({ imports }) => imports.map(({ module }) => module.split('.')[0])),
  );
  for (const [value, names] of DISTRIBUTIONS.framework ?? []) {
    const requirement = service.project?.requirements.find(({ name }) => names.includes(name));
    if (requirement !== undefined && names.some((name) => imported.has(name))) {
      return { value, evidence: placeOf(requirement) };
    }
  }
  return undefined;
}

/** FastStream names its broker by an extra: `faststream[rabbit]`. */
function brokerOf(service: Service): Found | undefined {
  for (const requirement of service.project?.requirements ?? []) {
    const value =
      requirement.name === 'faststream'
        ? requirement.extras.map((extra) => BROKER_EXTRAS[extra]).find(Boolean)
        : undefined;
    if (value !== undefined) return { value, evidence: placeOf(requirement) };
  }
  return byDistribution(service, 'broker');
}

/** What the final stage is built on, where that says so: `python:3.12-slim` → 3.12 and slim. */
function baseOf({ images }: Service): { readonly python?: Found; readonly variant?: Found } {
  const stage = images[0]?.stage;
  if (stage === undefined) return {};
  const [{ image, base }] = lineage(stage) as [Stage];
  const tag = image?.tag ?? '';
  const evidence = placeOf(base);
  const version = /(^|\/)python$/.test(image?.repository ?? '') ? /^3\.\d+/.exec(tag)?.[0] : undefined;
  const variant = image?.repository.includes('distroless') ? 'distroless' : /alpine|slim/.exec(tag)?.[0];
  return {
    ...(version === undefined ? {} : { python: { value: version, evidence } }),
    ...(variant === undefined ? {} : { variant: { value: variant, evidence } }),
  };
}

function requiredPython({ project }: Service): Found | undefined {
  const required = project?.requiresPython;
  const version = /3\.\d+/.exec(required?.text ?? '')?.[0];
  return required === undefined || version === undefined ? undefined : { value: version, evidence: placeOf(required) };
}

function byFile(repository: Repository, option: OptionName): Found | undefined {
  for (const [value, pattern] of FILES[option] ?? []) {
    const evidence = repository.paths.find((path) => pattern.test(path));
    if (evidence !== undefined) return { value, evidence };
  }
  return undefined;
}

function byImage(repository: Repository, option: OptionName): Found | undefined {
  const used = [
    ...repository.composeProjects.flatMap(({ services }) => [...services.values()]),
    ...repository.environments.flatMap(({ objects }) => objects.flatMap(({ containers }) => containers)),
  ];
  for (const [value, pattern] of IMAGES[option] ?? []) {
    const found = used.find(({ root }) =>
      pattern.test(parseImageReference(root.text('image') ?? '')?.repository ?? ''),
    );
    if (found !== undefined) return { value, evidence: placeOf(found) };
  }
  return undefined;
}

/** A name that a service can have, as near to its own as there is one. */
function freeName(written: string, fallback: string, taken: readonly string[]): string {
  const name = suggestName(nameProblem(written) === undefined || written !== '' ? written : fallback);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Leaves out what holds anyway, and puts a Python version or base image that all services share on top. */
function withoutDefaults(spec: SpecInput): SpecInput {
  const shared = (['python', 'base-image'] as const).flatMap((option) => {
    const values = new Set(Object.values(spec.services).map((service) => service?.[option]));
    const [only] = values;
    return values.size === 1 && only !== undefined ? [[option, only] as const] : [];
  });
  const inherited = new Map<string, unknown>(shared);
  const kept = (value: Readonly<Record<string, unknown>>, holds: (option: string) => unknown): object =>
    Object.fromEntries(
      Object.entries(value).filter(
        ([option, chosen]) => chosen !== undefined && String(chosen) !== String(holds(option)),
      ),
    );
  const byDefault = (option: string): unknown => OPTIONS.find(({ name }) => name === option)?.default;
  const services = Object.entries(spec.services).map(([name, service]) => [
    name,
    kept(service ?? {}, (option) =>
      option === 'path' ? `services/${name}` : (inherited.get(option) ?? byDefault(option)),
    ),
  ]);
  const { services: _services, version, name, ...options } = spec;
  return {
    version,
    name,
    ...kept({ ...Object.fromEntries(inherited), ...options }, byDefault),
    services: Object.fromEntries(services),
  } as SpecInput;
}
