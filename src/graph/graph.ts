import type { Location } from '../artifacts/source-file.ts';
import type { Service, System } from '../system/system.ts';
import { compareText } from '../tree/tree.ts';

/** Something that is drawn. */
export interface GraphNode {
  readonly id: string;
  readonly kind: 'service' | 'database' | 'queue' | 'gateway' | 'external';
  readonly label: string;
  /** What is known about it, a line each: ports, routes. */
  readonly details: readonly string[];
}

/** A line between two of them, with the places that say so. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'calls' | 'stores' | 'publishes' | 'consumes' | 'routes';
  readonly label: string;
  readonly places: readonly string[];
}

/** The drawing of a system, sorted, so that equal systems give equal drawings. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Turns the observed system into nodes and edges. What is not known is left out. */
export function graphOf(system: System): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, { edge: Omit<GraphEdge, 'places'>; places: Set<string> }>();
  const node = (id: string, kind: GraphNode['kind'], label: string, details: readonly string[] = []): string => {
    if (!nodes.has(id)) nodes.set(id, { id, kind, label, details });
    return id;
  };
  const connect = (from: string, to: string, kind: GraphEdge['kind'], label: string, place: Location): void => {
    const key = `${from}\n${to}\n${kind}\n${label}`;
    const known = edges.get(key) ?? { edge: { from, to, kind, label }, places: new Set<string>() };
    edges.set(key, known);
    known.places.add(`${place.file.path}:${place.file.position(place.range.start).line}`);
  };
  for (const service of system.services) node(serviceNodeId(service), 'service', service.name, detailsOf(service));
  for (const runtime of system.runtimes) {
    const from = serviceNodeId(runtime.service);
    for (const variable of runtime.variables.all.values()) {
      const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/\s]*@)?([a-z0-9][a-z0-9.-]*)(?::\d+)?(?:\/([\w-]+))?/i.exec(
        variable.value ?? '',
      );
      const scheme = url?.[1]?.split('+')[0]?.toLowerCase() ?? '';
      const host = url?.[2] ?? '';
      if (!url || host === 'localhost' || host === '127.0.0.1' || host === '0.0.0.0') continue;
      if (STORES.has(scheme)) {
        const name = url[3] === undefined ? host : `${host}/${url[3]}`;
        connect(from, node(`database ${name}`, 'database', name), 'stores', scheme, variable);
      } else if (QUEUES.has(scheme)) {
        connect(from, node(`queue ${host}`, 'queue', host), 'publishes', scheme, variable);
      } else if (scheme === 'http' || scheme === 'https') {
        const target = serviceAt(system, runtime.compose?.project.services.get(host.split('.')[0] ?? host), host);
        if (target === runtime.service) continue;
        const to = target ? serviceNodeId(target) : node(`external ${host}`, 'external', host);
        connect(from, to, 'calls', scheme, variable);
      }
    }
  }
  for (const service of system.services) {
    for (const name of service.messaging.published)
      connect(serviceNodeId(service), node(`queue ${name.value}`, 'queue', name.value), 'publishes', 'publishes', name);
    for (const name of service.messaging.consumed)
      connect(node(`queue ${name.value}`, 'queue', name.value), serviceNodeId(service), 'consumes', 'consumes', name);
  }
  for (const environment of system.repository.environments) {
    for (const ingress of environment.ofKind('Ingress', 'HTTPRoute', 'IngressRoute')) {
      for (const runtime of system.runtimesIn(environment)) {
        const text = JSON.stringify(backendNames(ingress.root));
        const names = environment
          .ofKind('Service')
          .filter((item) => item.name !== undefined && text.includes(`"${item.name}"`));
        if (!names.some((item) => item.name === runtime.kubernetes?.object.name)) continue;
        connect(
          node(`gateway ${ingress.name ?? ''}`, 'gateway', ingress.title),
          serviceNodeId(runtime.service),
          'routes',
          'routes',
          ingress,
        );
      }
    }
  }
  return {
    nodes: [...nodes.values()].sort((left, right) => compareText(left.id, right.id)),
    edges: [...edges.values()]
      .map(({ edge, places }) => ({ ...edge, places: [...places].sort(compareText) }))
      .sort((left, right) =>
        compareText(`${left.from}\n${left.to}\n${left.kind}`, `${right.from}\n${right.to}\n${right.kind}`),
      ),
  };
}

const STORES = new Set(['postgresql', 'postgres', 'mysql', 'mariadb', 'redis', 'rediss', 'mongodb']);
const QUEUES = new Set(['amqp', 'amqps', 'kafka', 'nats']);

/** The id of a service's node. */
export function serviceNodeId(service: Service): string {
  return `service ${service.root === '' ? service.name : service.root}`;
}

function detailsOf(service: Service): readonly string[] {
  const ports = new Set(
    service.runtimes.flatMap((runtime) => (runtime.start?.port ? [`listens on ${runtime.start.port.value}`] : [])),
  );
  const routes = service.routes.routes.filter((route) => !route.builtin && !route.path.includes('**')).length;
  return [...ports, ...(routes > 0 ? [`${routes} routes`] : [])];
}

function serviceAt(
  system: System,
  compose: Parameters<System['runtimeOf']>[0] | undefined,
  host: string,
): Service | undefined {
  if (compose) return system.runtimeOf(compose)?.service;
  const name = host.split('.')[0];
  const found = system.services.filter((service) => service.name === name);
  return found.length === 1 ? found[0] : undefined;
}

function backendNames(node: { readonly kind: string }): readonly string[] {
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const map = value as {
      readonly kind?: string;
      readonly entries?: ReadonlyMap<string, { readonly value: unknown }>;
      readonly items?: readonly unknown[];
      readonly value?: unknown;
    };
    if (map.kind === 'map')
      for (const [name, entry] of map.entries ?? []) {
        const inner = entry.value as { readonly kind?: string; readonly value?: unknown };
        if (name === 'name' && inner.kind === 'scalar' && typeof inner.value === 'string') names.push(inner.value);
        else visit(inner);
      }
    else if (map.kind === 'list') for (const item of map.items ?? []) visit(item);
  };
  visit(node);
  return names;
}
