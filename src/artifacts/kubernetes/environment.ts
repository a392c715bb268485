import type { HelmChart } from '../helm/chart.ts';
import type { Location, SourceFile, TextRange } from '../source-file.ts';
import { type Entry, MapNode, type YamlNode } from '../yaml/node.ts';

/** One Kubernetes object. As a place it is its `kind` line. */
export class KubeObject implements Location {
  /** The whole object; patched values carry the place in the patch that set them. */
  readonly root: MapNode;
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where only `generateName` is given. */
  readonly name: string | undefined;
  /** Undefined where neither the object nor its kustomization names one. */
  readonly namespace: string | undefined;

  /** The pod template of a workload (Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Rollout) or the Pod itself. */
  readonly podTemplate: MapNode | undefined;
  /** Made by a generator of kustomize: its name carries a hash of its content when it is applied. */
  readonly generated: boolean;
  #containers: readonly Container[] | undefined;

  constructor(root: MapNode, generated = false) {
    this.root = root;
    this.generated = generated;
    this.apiVersion = root.text('apiVersion') ?? '';
    this.kind = root.text('kind') ?? '';
    this.name = root.text('metadata', 'name');
    this.namespace = root.text('metadata', 'namespace');
    this.podTemplate = podTemplateOf(this.kind, root);
  }

  get file(): SourceFile {
    return (this.root.entry('kind')?.key ?? this.root).file;
  }

  get range(): TextRange {
    const entry = this.root.entry('kind');
    return entry ? { start: entry.key.range.start, end: entry.value.range.end } : this.root.range;
  }

  /** The API group: `apps` of `apps/v1`, empty for the core. */
  get group(): string {
    const slash = this.apiVersion.indexOf('/');
    return slash < 0 ? '' : this.apiVersion.slice(0, slash);
  }

  /** Where the name stands; the `kind` line when there is none. */
  get nameLocation(): Location {
    return this.root.get('metadata', 'name') ?? this;
  }

  /** `Deployment orders`, for messages. */
  get title(): string {
    return this.name === undefined ? this.kind : `${this.kind} ${this.name}`;
  }

  get labels(): ReadonlyMap<string, string> {
    return stringMap(this.root.pairs('metadata', 'labels'));
  }

  get annotations(): ReadonlyMap<string, string> {
    return stringMap(this.root.pairs('metadata', 'annotations'));
  }

  /** The pod's spec; undefined for what runs no pod. */
  get podSpec(): MapNode | undefined {
    return this.podTemplate?.map('spec');
  }

  /** All containers of the pod, init and ephemeral ones included. */
  get containers(): readonly Container[] {
    this.#containers ??= (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((field) =>
      (this.podSpec?.list(field) ?? []).flatMap((node) =>
        node instanceof MapNode ? [new Container(node, this, field)] : [],
      ),
    );
    return this.#containers;
  }
}

/** A container of a pod. As a place it is its name (or itself). */
export class Container implements Location {
  readonly root: MapNode;
  readonly object: KubeObject;
  readonly role: 'main' | 'init' | 'sidecar' | 'ephemeral';

  constructor(root: MapNode, object: KubeObject, field: 'containers' | 'initContainers' | 'ephemeralContainers') {
    this.root = root;
    this.object = object;
    const roles = { containers: 'main', ephemeralContainers: 'ephemeral', initContainers: 'init' } as const;
    this.role = field === 'initContainers' && root.text('restartPolicy') === 'Always' ? 'sidecar' : roles[field];
  }

  get name(): string {
    return this.root.text('name') ?? '';
  }

  get file(): SourceFile {
    return this.#place.file;
  }

  get range(): TextRange {
    return this.#place.range;
  }

  /** The field of the container's own security context, else the pod's where the pod has that field too. */
  security(field: string): YamlNode | undefined {
    return this.root.get('securityContext', field) ?? this.object.podSpec?.get('securityContext', field);
  }

  get #place(): Location {
    return this.root.get('name') ?? this.root;
  }
}

/** A `kustomization.yaml` that takes part in an environment. */
export interface Kustomization extends Location {
  /** Its folder, '' for the root. */
  readonly directory: string;
  readonly root: MapNode;
}

/** Objects that are applied together: what one overlay, chart or folder of manifests gives. */
export interface Environment {
  /** The folder it comes from. */
  readonly name: string;
  readonly origin: 'manifests' | 'kustomize' | 'helm';
  readonly objects: readonly KubeObject[];
  /** Whether every object is known. When false, say nothing about what is missing. */
  readonly complete: boolean;
  /** The kustomizations that were built, the overlay first; empty where there are none. */
  readonly kustomizations: readonly Kustomization[];
  /** The chart that was rendered; undefined for other origins. */
  readonly chart: HelmChart | undefined;
  /** The objects of some kinds. */
  ofKind(...kinds: readonly string[]): readonly KubeObject[];
  /**
   * Looks an object up by kind and name.
   *
   * @param namespace the namespace it must be in; objects without one are in any
   */
  find(kind: string, name: string, namespace?: string): KubeObject | undefined;
  /** The objects that run pods. */
  readonly workloads: readonly KubeObject[];
  /**
   * The workloads whose pods a selector picks. An empty selector picks all.
   *
   * @param selector a LabelSelector or a plain map of labels
   * @param namespace the namespace of the object that selects; pods of another are not picked
   */
  selectedBy(selector: MapNode, namespace: string | undefined): readonly KubeObject[];
}

/** The kinds whose `spec.template` is a pod. */
export const workloadKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'Rollout',
]);

/** Makes an environment of objects. */
export function environmentOf(
  name: string,
  origin: Environment['origin'],
  objects: readonly KubeObject[],
  complete: boolean,
  {
    kustomizations = [],
    chart,
  }: { readonly kustomizations?: readonly Kustomization[]; readonly chart?: HelmChart } = {},
): Environment {
  const index = new ObjectIndex(objects);
  return {
    name,
    origin,
    objects,
    complete,
    kustomizations,
    chart,
    ofKind: (...kinds) => index.ofKind(kinds),
    find: (kind, wanted, namespace) => index.find(kind, wanted, namespace),
    workloads: index.workloads,
    selectedBy: (selector, namespace) => index.selectedBy(selector, namespace),
  };
}

/** Answers in constant time what rules ask again and again. */
class ObjectIndex {
  readonly workloads: readonly KubeObject[];
  readonly #objects: readonly KubeObject[];
  readonly #byKind = new Map<string, KubeObject[]>();
  readonly #byName = new Map<string, KubeObject[]>();
  readonly #labels = new Map<KubeObject, ReadonlyMap<string, string>>();
  readonly #byLabel = new Map<string, KubeObject[]>();

  constructor(objects: readonly KubeObject[]) {
    this.#objects = objects;
    this.workloads = objects.filter((object) => object.podTemplate !== undefined);
    for (const object of objects) {
      append(this.#byKind, object.kind, object);
      append(this.#byName, `${object.kind} ${object.name ?? ''}`, object);
    }
    for (const workload of this.workloads) {
      const labels = templateLabels(workload);
      this.#labels.set(workload, labels);
      for (const [label, value] of labels) append(this.#byLabel, `${label}=${value}`, workload);
    }
  }

  ofKind(kinds: readonly string[]): readonly KubeObject[] {
    if (kinds.length === 1) return this.#byKind.get(kinds[0] ?? '') ?? [];
    return this.#objects.filter((object) => kinds.includes(object.kind));
  }

  find(kind: string, name: string, namespace: string | undefined): KubeObject | undefined {
    return this.#byName
      .get(`${kind} ${name}`)
      ?.find((object) => namespace === undefined || object.namespace === undefined || object.namespace === namespace);
  }

  selectedBy(selector: MapNode, namespace: string | undefined): readonly KubeObject[] {
    const structured = isStructured(selector);
    const [first] = structured ? selector.pairs('matchLabels') : selector.pairs();
    const candidates = first ? (this.#byLabel.get(`${first.name}=${first.value.text() ?? ''}`) ?? []) : this.workloads;
    return candidates.filter(
      (object) =>
        (object.namespace ?? 'default') === (namespace ?? 'default') &&
        selects(selector, this.#labels.get(object) ?? new Map()),
    );
  }
}

function append(groups: Map<string, KubeObject[]>, key: string, object: KubeObject): void {
  const group = groups.get(key);
  if (group) group.push(object);
  else groups.set(key, [object]);
}

function podTemplateOf(kind: string, root: MapNode): MapNode | undefined {
  if (kind === 'Pod') return root;
  if (kind === 'CronJob') return root.map('spec', 'jobTemplate', 'spec', 'template');
  return workloadKinds.has(kind) ? root.map('spec', 'template') : undefined;
}

function isStructured(selector: MapNode): boolean {
  return selector.entries.has('matchLabels') || selector.entries.has('matchExpressions');
}

/**
 * Whether an equality- or set-based label selector picks a set of labels.
 *
 * @param selector a LabelSelector (`matchLabels`, `matchExpressions`) or a plain map, as in a Service
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selects(selector: MapNode, labels: ReadonlyMap<string, string>): boolean {
  const equal = isStructured(selector) ? selector.pairs('matchLabels') : [...selector.entries.values()];
  if (!equal.every(({ name, value }) => labels.get(name) === value.text())) return false;
  return selector.list('matchExpressions').every((expression) => {
    const value = labels.get(expression.text('key') ?? '');
    const values = expression.list('values').map((item) => item.text());
    switch (expression.text('operator')) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

/** The labels of a pod template. */
export function templateLabels(object: KubeObject): ReadonlyMap<string, string> {
  return stringMap(object.podTemplate?.pairs('metadata', 'labels') ?? []);
}

function stringMap(entries: readonly Entry[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ name, value }) => [name, value.text() ?? '']));
}
