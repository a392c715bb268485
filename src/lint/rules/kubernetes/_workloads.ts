import type { Container, Environment, KubeObject } from '../../../artifacts/kubernetes/environment.ts';

/**
 * The workloads that are written in full. A container without an image is a fragment, such as a patch that nothing in
 * the repository applies: what it lacks may stand elsewhere.
 */
export function wholeWorkloads(environment: Environment): readonly KubeObject[] {
  return environment.workloads.filter(({ containers }) => {
    const main = containers.filter((container) => container.role === 'main');
    return main.length > 0 && main.every((container) => container.root.string('image') !== undefined);
  });
}

/** The whole workloads whose pods run until they are stopped: no jobs, no pods that end. */
export function servers(environment: Environment): readonly KubeObject[] {
  return wholeWorkloads(environment).filter((object) => {
    const policy = object.podSpec?.text('restartPolicy');
    return object.kind !== 'Job' && object.kind !== 'CronJob' && (policy === undefined || policy === 'Always');
  });
}

/** Servers that may have replicas. */
export function scalable(environment: Environment): readonly KubeObject[] {
  return servers(environment).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
}

/** All containers of some workloads but ephemeral ones. */
export function containersOf(workloads: readonly KubeObject[]): readonly Container[] {
  return workloads.flatMap(({ containers }) => containers.filter(({ role }) => role !== 'ephemeral'));
}

/** The containers of workloads that run on Linux, where users, capabilities and seccomp have a meaning. */
export function linuxContainers(environment: Environment): readonly Container[] {
  return containersOf(wholeWorkloads(environment).filter(runsOnLinux));
}

/** Whether the pods may run on Linux. */
export function runsOnLinux({ podSpec }: KubeObject): boolean {
  return podSpec?.text('os', 'name') !== 'windows' && podSpec?.text('nodeSelector', 'kubernetes.io/os') !== 'windows';
}

/** Whether a container is privileged, which leaves the other restrictions without effect. */
export function isPrivileged(container: Container): boolean {
  return container.root.boolean('securityContext', 'privileged') === true;
}

/** Whether a text holds something that is filled in later: `${VAR}`, `$(VAR)`, `{{ … }}`, `<name>`. */
export function isTemplated(text: string): boolean {
  return /\$[({\w]|\{\{|<[\w -]+>|%[A-Z_]+%/.test(text);
}

/** The probes that a container may have. */
export const probeFields = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Whether something else may run pods: custom resources whose operators do. */
export function mayRunOtherPods({ objects }: Environment): boolean {
  return objects.some(({ group, kind, podTemplate }) => {
    if (podTemplate !== undefined || !group.includes('.') || group.endsWith('.k8s.io')) return false;
    return !podlessGroups.has(group) && !podlessKinds.has(kind);
  });
}

const podlessGroups: ReadonlySet<string> = new Set([
  ...['cert-manager.io', 'acme.cert-manager.io', 'external-secrets.io', 'bitnami.com', 'kyverno.io', 'cilium.io'],
  ...['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'keda.sh', 'traefik.io', 'traefik.containo.us'],
]);
const podlessKinds: ReadonlySet<string> = new Set(['ServiceMonitor', 'PodMonitor', 'PrometheusRule', 'Probe']);
