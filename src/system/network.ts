import { type Environment, type KubeObject, selects, templateLabels } from '../artifacts/kubernetes/environment.ts';
import type { YamlNode } from '../artifacts/yaml/node.ts';
import { MapNode } from '../artifacts/yaml/node.ts';

/** Which way traffic goes, seen from the pods that a policy selects. */
export type Direction = 'Ingress' | 'Egress';

/** The policies that restrict a workload in one direction; none means that all traffic passes. */
export function policiesFor(
  environment: Environment,
  workload: KubeObject,
  direction: Direction,
): readonly KubeObject[] {
  const labels = templateLabels(workload);
  return environment.ofKind('NetworkPolicy').filter((policy) => {
    if (policy.namespace !== workload.namespace || !restricts(policy, direction)) return false;
    const selector = policy.root.map('spec', 'podSelector');
    return selector !== undefined && selects(selector, labels);
  });
}

function restricts(policy: KubeObject, direction: Direction): boolean {
  const types = policy.root.list('spec', 'policyTypes').map((type) => type.text());
  if (types.length > 0) return types.includes(direction);
  return direction === 'Ingress' || policy.root.get('spec', 'egress') !== undefined;
}

/** The rules of a policy in one direction. */
export function policyRules(policy: KubeObject, direction: Direction): readonly YamlNode[] {
  return policy.root.list('spec', direction === 'Ingress' ? 'ingress' : 'egress');
}

/** The peers that a rule names; undefined when it admits everyone. */
export function rulePeers(rule: YamlNode, direction: Direction): readonly YamlNode[] | undefined {
  const field = direction === 'Ingress' ? 'from' : 'to';
  const peers = rule.list(field);
  return rule.get(field) === undefined || peers.length === 0 ? undefined : peers;
}

/** One connection between two workloads. */
export interface Connection {
  readonly environment: Environment;
  readonly from: KubeObject;
  readonly to: KubeObject;
  /** The port of the pod that is called. */
  readonly port: number;
}

/**
 * The policies that refuse a connection in one direction: all that apply, when none of them has a rule for it.
 *
 * @returns nothing when it passes or when a rule may admit it: labels of namespaces and address ranges are not known
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function refusing(connection: Connection, direction: Direction): readonly KubeObject[] {
  const { environment, from, to } = connection;
  const [own, peer] = direction === 'Ingress' ? [to, from] : [from, to];
  const policies = policiesFor(environment, own, direction);
  const admitted = policies.some((policy) =>
    policyRules(policy, direction).some((rule) => {
      const peers = rulePeers(rule, direction);
      const known = peers === undefined || peers.some((item) => mayBe(item, peer, own.namespace, environment));
      return known && admitsPort(rule, connection);
    }),
  );
  return admitted ? [] : policies;
}

function mayBe(peer: YamlNode, workload: KubeObject, namespace: string | undefined, environment: Environment): boolean {
  if (peer.get('ipBlock') !== undefined) return true;
  const namespaces = peer.map('namespaceSelector');
  if (namespaces) {
    if (namespaces.entries.size > 0 && workload.namespace !== undefined) {
      const object = environment.find('Namespace', workload.namespace);
      const labels = new Map(object?.labels ?? []);
      labels.set('kubernetes.io/metadata.name', workload.namespace);
      const onlyName = namespaces.pairs('matchLabels').every(({ name }) => name === 'kubernetes.io/metadata.name');
      const certain = object !== undefined || (onlyName && namespaces.get('matchExpressions') === undefined);
      if (certain && !selects(namespaces, labels)) return false;
    }
  } else if (workload.namespace !== namespace) return false;
  const pods = peer.get('podSelector');
  return !(pods instanceof MapNode) || selects(pods, templateLabels(workload));
}

function admitsPort(rule: YamlNode, { to, port }: Connection): boolean {
  const ports = rule.list('ports');
  return ports.length === 0 || ports.some((item) => portMatches(item, port, to));
}

function portMatches(item: YamlNode, port: number, target: KubeObject | undefined): boolean {
  if ((item.text('protocol') ?? 'TCP') !== 'TCP') return false;
  const written = item.text('port');
  if (written === undefined) return true;
  const first = /^\d+$/.test(written) ? Number(written) : target && namedPort(target, written);
  if (first === undefined) return !target;
  return port >= first && port <= (item.number('endPort') ?? first);
}

/** The number that a container of a workload gives to a port's name. */
export function namedPort(workload: KubeObject, name: string): number | undefined {
  for (const container of workload.containers)
    for (const port of container.root.list('ports'))
      if (port.text('name') === name) return port.number('containerPort');
  return undefined;
}

/** Whether a policy's rules let name look-ups out, to wherever the cluster's DNS runs. */
export function admitsDns(policies: readonly KubeObject[]): boolean {
  return policies.some((policy) =>
    policyRules(policy, 'Egress').some((rule) => {
      const ports = rule.list('ports');
      return (
        ports.length === 0 ||
        ports.some((port) => {
          const written = port.text('port');
          if (written === undefined || !/^\d+$/.test(written)) return true;
          const first = Number(written);
          // The cluster's DNS listens on 53; OpenShift's pods do on 5353.
          const last = port.number('endPort') ?? first;
          return (first <= 53 && last >= 53) || first === 5353;
        })
      );
    }),
  );
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['postgresql', 5432],
  ['postgres', 5432],
  ['mysql', 3306],
  ['mariadb', 3306],
  ['redis', 6379],
  ['amqp', 5672],
  ['mongodb', 27017],
  ['nats', 4222],
]);

/** The Service and the port of its pods that an address inside a cluster leads to. */
export interface Target {
  readonly service: KubeObject;
  readonly workload: KubeObject;
  readonly port: number;
}

/**
 * Follows an address such as `http://payments.shop:5000` to the pods behind it.
 *
 * @param url any text; what is no address of a Service of the environment leads nowhere
 * @param namespace the namespace of the pod that uses it
 */
export function targetsOf(environment: Environment, url: string, namespace: string | undefined): readonly Target[] {
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/\s]*@)?([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?(?::(\d+))?(?:[/?#]|$)/i.exec(
      url,
    );
  const scheme = match?.[1]?.split('+')[0]?.toLowerCase() ?? '';
  const service = match?.[2] === undefined ? undefined : environment.find('Service', match[2], match[3] ?? namespace);
  const port = match?.[4] === undefined ? DEFAULT_PORTS.get(scheme) : Number(match[4]);
  const selector = service?.root.map('spec', 'selector');
  if (!service || !selector || selector.entries.size === 0 || port === undefined) return [];
  const entry = service.root.list('spec', 'ports').find((item) => item.number('port') === port);
  const written = entry?.text('targetPort') ?? entry?.text('port');
  if (written === undefined) return [];
  return environment.selectedBy(selector, service.namespace).flatMap((workload) => {
    const number = /^\d+$/.test(written) ? Number(written) : namedPort(workload, written);
    return number === undefined ? [] : [{ service, workload, port: number }];
  });
}
