import { joinPath } from '../paths.ts';
import type { SourceFile } from '../source-file.ts';
import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import { parseEmbeddedYaml } from '../yaml/parse.ts';
import type { Kustomization } from './environment.ts';
import { jsonPatch, mapOf, setValue, strategicMerge } from './patch.ts';
import { renameObject, renameReferences } from './references.ts';

/** How the builder reads other files of the repository. */
export interface ManifestReader {
  /** The root of every document; empty for a file that does not exist or is broken. */
  documents(path: string): readonly YamlNode[];
  /** Any file's text. */
  text(path: string): SourceFile | undefined;
  /** The kustomization file of a folder. */
  kustomization(directory: string): MapNode | undefined;
  exists(path: string): boolean;
}

/** What a kustomization gives. */
export interface BuiltKustomization {
  readonly objects: readonly MapNode[];
  /** Objects that a generator made; their names carry a hash of their content when they are applied. */
  readonly generated: ReadonlySet<MapNode>;
  readonly complete: boolean;
  /** All that took part, this one first. */
  readonly kustomizations: readonly Kustomization[];
}

/** Cluster-wide kinds, which have no namespace. */
const clusterWide: ReadonlySet<string> = new Set([
  ...[
    'Namespace',
    'Node',
    'PersistentVolume',
    'StorageClass',
    'ClusterRole',
    'ClusterRoleBinding',
    'CustomResourceDefinition',
  ],
  ...[
    'PriorityClass',
    'IngressClass',
    'GatewayClass',
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ],
  ...['APIService', 'CSIDriver', 'RuntimeClass', 'VolumeSnapshotClass', 'ClusterIssuer'],
]);
const builtInGroup = /^(?:[^/]+|(?:apps|batch|autoscaling|policy|extensions|[a-z.]+\.k8s\.io)\/[^/]+)$/;
const maximumDepth = 20;

/**
 * Builds a kustomization as `kustomize build` does, as far as text allows: resources, components, generators, patches,
 * names, namespace, labels, annotations, images and replicas.
 *
 * @param directory the folder of its `kustomization.yaml`
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 */
export function buildKustomization(directory: string, reader: ManifestReader): BuiltKustomization {
  const builder = new Builder(reader);
  const objects = builder.build(directory, [], 0);
  return { objects, generated: builder.generated, complete: builder.complete, kustomizations: builder.kustomizations };
}

class Builder {
  complete = true;
  readonly generated = new Set<MapNode>();
  readonly kustomizations: Kustomization[] = [];
  readonly #reader: ManifestReader;

  constructor(reader: ManifestReader) {
    this.#reader = reader;
  }

  /** @param inherited what a component works on */
  build(directory: string, inherited: readonly MapNode[], depth: number): readonly MapNode[] {
    const root = depth > maximumDepth ? undefined : this.#reader.kustomization(directory);
    if (root === undefined) {
      this.complete = false;
      return inherited;
    }
    if (!this.kustomizations.some((known) => known.root === root)) {
      this.kustomizations.push({ file: root.file, range: root.range, directory, root });
    }
    let objects: readonly MapNode[] = [...inherited, ...this.#resources(root, directory, depth)];
    objects = this.#generators(root, directory, objects);
    for (const item of root.list('components')) {
      const path = joinPath(directory, item.text() ?? '');
      if (path === undefined) this.complete = false;
      else objects = this.build(path, objects, depth + 1);
    }
    if (['helmCharts', 'helmChartInflationGenerator', 'generators', 'transformers'].some((key) => root.get(key)))
      this.complete = false;
    objects = this.#patches(root, directory, objects);
    return this.#transform(root, objects);
  }

  #resources(root: MapNode, directory: string, depth: number): readonly MapNode[] {
    return ['resources', 'bases', 'crds'].flatMap((field) =>
      root.list(field).flatMap((item): readonly MapNode[] => {
        const path = joinPath(directory, item.text() ?? '');
        if (path === undefined || !this.#reader.exists(path)) {
          this.complete = false;
          return [];
        }
        if (this.#reader.kustomization(path)) return this.build(path, [], depth + 1);
        return objectsOf(this.#reader.documents(path));
      }),
    );
  }

  #generators(root: MapNode, directory: string, before: readonly MapNode[]): readonly MapNode[] {
    const objects = [...before];
    for (const [field, kind] of [
      ['configMapGenerator', 'ConfigMap'],
      ['secretGenerator', 'Secret'],
    ] as const) {
      for (const item of root.list(field)) {
        if (!(item instanceof MapNode)) continue;
        const name = item.get('name');
        const made = this.#generate(item, kind, directory);
        const index = objects.findIndex(
          (object) => object.text('kind') === kind && object.text('metadata', 'name') === name?.text(),
        );
        const own = objects[index];
        const behaviour = item.string('behavior');
        if (own === undefined) objects.push(made);
        else if (behaviour === 'merge') objects[index] = this.#asGenerated(own, withData(own, made));
        else objects[index] = made;
      }
    }
    return objects;
  }

  #generate(item: MapNode, kind: string, directory: string): MapNode {
    const at = (value: string) => new ScalarNode(item.file, item.range, value);
    const data = new Map<string, Entry>();
    const put = (name: string, node: ScalarNode) =>
      data.set(name, { name, key: new ScalarNode(node.file, node.range, name), value: node });
    for (const literal of item.list('literals')) {
      const text = literal.text() ?? '';
      const equals = text.indexOf('=');
      if (equals > 0)
        put(
          text.slice(0, equals),
          new ScalarNode(literal.file, literal.range, text.slice(equals + 1).replace(/^(["'])(.*)\1$/, '$2')),
        );
    }
    for (const file of item.list('files')) {
      const [name = '', path = name] = (file.text() ?? '').split('=');
      const content = this.#reader.text(joinPath(directory, path) ?? '');
      if (content === undefined) this.complete = false;
      put(
        path === name ? name.slice(name.lastIndexOf('/') + 1) : name,
        new ScalarNode(file.file, file.range, content?.text ?? null),
      );
    }
    for (const file of [...item.list('envs'), ...(item.get('env') ? [item.get('env')] : [])]) {
      const source = this.#reader.text(joinPath(directory, file?.text() ?? '') ?? '');
      if (source === undefined) this.complete = false;
      else for (const [name, node] of readEnvFile(source)) put(name, node);
    }
    let object = new MapNode(item.file, item.range, new Map());
    object = setValue(object, ['apiVersion'], at('v1'));
    object = setValue(object, ['kind'], at(kind));
    object = setValue(object, ['metadata', 'name'], item.get('name') ?? at(''));
    const namespace = item.get('namespace');
    if (namespace) object = setValue(object, ['metadata', 'namespace'], namespace);
    object = setValue(object, [kind === 'Secret' ? 'stringData' : 'data'], new MapNode(item.file, item.range, data));
    this.generated.add(object);
    return object;
  }

  #patches(root: MapNode, directory: string, before: readonly MapNode[]): readonly MapNode[] {
    let objects = before;
    for (const item of root.list('patchesStrategicMerge')) {
      const text = item.text() ?? '';
      const path = /\n|\{/.test(text) ? undefined : joinPath(directory, text);
      if (path === undefined) this.complete = false;
      else for (const patch of objectsOf(this.#read(path))) objects = this.#merge(objects, patch, undefined);
    }
    for (const item of [...root.list('patches'), ...root.list('patchesJson6902')]) {
      const target = item.map('target');
      const path = item.string('path');
      const inline = item.get('patch');
      const documents = path !== undefined ? this.#read(joinPath(directory, path) ?? '') : this.#inline(inline);
      for (const patch of documents) {
        if (patch instanceof ListNode) objects = this.#operate(objects, patch, target);
        else if (patch instanceof MapNode) objects = this.#merge(objects, patch, target);
      }
    }
    return objects;
  }

  #inline(node: YamlNode | undefined): readonly YamlNode[] {
    if (!(node instanceof ScalarNode)) return node ? [node] : [];
    const documents = parseEmbeddedYaml(node);
    if (documents.length === 0) this.complete = false;
    return documents;
  }

  #read(path: string): readonly YamlNode[] {
    if (!this.#reader.exists(path)) this.complete = false;
    return this.#reader.documents(path);
  }

  #merge(objects: readonly MapNode[], patch: MapNode, target: MapNode | undefined): readonly MapNode[] {
    return objects.flatMap((object) => {
      if (target ? !isTarget(object, target) : !isNamedBy(object, patch)) return [object];
      const body = target ? withoutIdentity(patch) : patch;
      const merged = strategicMerge(object, body, builtInGroup.test(object.text('apiVersion') ?? ''));
      return merged instanceof MapNode ? [this.#asGenerated(object, merged)] : [];
    });
  }

  #operate(objects: readonly MapNode[], patch: ListNode, target: MapNode | undefined): readonly MapNode[] {
    if (target === undefined) return objects;
    return objects.map((object) => {
      if (!isTarget(object, target)) return object;
      let root: YamlNode = object;
      for (const operation of patch.items) root = jsonPatch(root, operation) ?? root;
      return root instanceof MapNode ? this.#asGenerated(object, root) : object;
    });
  }

  #transform(root: MapNode, before: readonly MapNode[]): readonly MapNode[] {
    let objects = before;
    const each = (change: (object: MapNode) => MapNode) => {
      objects = objects.map((object) => this.#asGenerated(object, change(object)));
    };
    const namespace = root.get('namespace');
    if (namespace)
      each((object) =>
        clusterWide.has(object.text('kind') ?? '') ? object : setValue(object, ['metadata', 'namespace'], namespace),
      );
    const prefix = root.text('namePrefix') ?? '';
    const suffix = root.text('nameSuffix') ?? '';
    if (prefix !== '' || suffix !== '') objects = this.#rename(objects, (name) => `${prefix}${name}${suffix}`);
    for (const { name, value } of root.pairs('commonLabels'))
      each((object) => labelled(object, name, value, true, true));
    for (const item of root.list('labels')) {
      const selectors = item.boolean('includeSelectors') === true;
      const templates = selectors || item.boolean('includeTemplates') === true;
      for (const { name, value } of item.pairs('pairs'))
        each((object) => labelled(object, name, value, selectors, templates));
    }
    for (const { name, value } of root.pairs('commonAnnotations')) {
      each((object) => {
        const own = setValue(object, ['metadata', 'annotations', name], value);
        return object.map('spec', 'template')
          ? setValue(own, ['spec', 'template', 'metadata', 'annotations', name], value)
          : own;
      });
    }
    for (const item of root.list('images')) each((object) => withImage(object, item));
    for (const item of root.list('replicas')) {
      const count = item.get('count');
      each((object) =>
        count && object.get('spec', 'replicas') && object.text('metadata', 'name') === item.text('name')
          ? setValue(object, ['spec', 'replicas'], count)
          : object,
      );
    }
    return objects;
  }

  #rename(before: readonly MapNode[], rename: (name: string) => string): readonly MapNode[] {
    const known = new Set(before.map((object) => `${object.text('kind')} ${object.text('metadata', 'name')}`));
    const renamed = (kinds: readonly string[], name: string) =>
      kinds.some((kind) => known.has(`${kind} ${name}`)) ? rename(name) : undefined;
    return before.map((object) => {
      const name = object.text('metadata', 'name');
      const own =
        name === undefined || object.text('kind') === 'Namespace' || object.text('kind') === 'CustomResourceDefinition'
          ? object
          : renameObject(object, rename(name));
      const whole = renameReferences(own, renamed);
      return this.#asGenerated(object, whole instanceof MapNode ? whole : own);
    });
  }

  #asGenerated(before: MapNode, after: MapNode): MapNode {
    if (this.generated.has(before)) this.generated.add(after);
    return after;
  }
}

/** The objects of some documents, Lists taken apart. */
export function objectsOf(documents: readonly YamlNode[]): readonly MapNode[] {
  return documents.flatMap((root): readonly MapNode[] => {
    if (!(root instanceof MapNode)) return [];
    const kind = root.text('kind');
    if (kind?.endsWith('List') && root.get('items') !== undefined) return objectsOf(root.list('items'));
    return kind !== undefined && root.text('apiVersion') !== undefined ? [root] : [];
  });
}

function withData(base: MapNode, over: MapNode): MapNode {
  const merged = strategicMerge(base, withoutIdentity(over), true);
  return merged instanceof MapNode ? merged : base;
}

/** A patch with a target says itself nothing about which object it is for. */
function withoutIdentity(patch: MapNode): MapNode {
  const entries = [...patch.entries].filter(([name]) => name !== 'apiVersion' && name !== 'kind');
  return mapOf(
    patch,
    entries.map(([name, entry]) => {
      if (name !== 'metadata' || !(entry.value instanceof MapNode)) return [name, entry] as const;
      const metadata = mapOf(
        entry.value,
        [...entry.value.entries].filter(([key]) => key !== 'name' && key !== 'namespace'),
      );
      return [name, { ...entry, value: metadata }] as const;
    }),
  );
}

function isNamedBy(object: MapNode, patch: MapNode): boolean {
  const group = (node: MapNode) => (node.text('apiVersion') ?? '').split('/').slice(0, -1).join('/');
  const namespace = patch.text('metadata', 'namespace');
  return (
    object.text('kind') === patch.text('kind') &&
    group(object) === group(patch) &&
    object.text('metadata', 'name') === patch.text('metadata', 'name') &&
    (namespace === undefined || (object.text('metadata', 'namespace') ?? namespace) === namespace)
  );
}

function isTarget(object: MapNode, target: MapNode): boolean {
  const [group = '', version] = splitVersion(object.text('apiVersion') ?? '');
  const given: readonly (readonly [string, string | undefined])[] = [
    ['kind', object.text('kind')],
    ['name', object.text('metadata', 'name')],
    ['namespace', object.text('metadata', 'namespace')],
    ['group', group],
    ['version', version],
  ];
  if (!given.every(([field, value]) => matchesWhole(target.text(field), value))) return false;
  return (['labelSelector', 'annotationSelector'] as const).every((field) => {
    const text = target.string(field);
    if (text === undefined) return true;
    const values = object.map('metadata', field === 'labelSelector' ? 'labels' : 'annotations');
    return text.split(',').every((term) => {
      const [name = '', value] = term.split(/==?/).map((part) => part.trim());
      return value === undefined ? values?.get(name) !== undefined : values?.text(name) === value;
    });
  });
}

/** Targets are regular expressions of Go, anchored at both ends. */
function matchesWhole(pattern: string | undefined, value: string | undefined): boolean {
  if (pattern === undefined || pattern === '') return true;
  if (/^[\w.-]+$/.test(pattern) && !pattern.includes('.')) return value === pattern;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value ?? '');
  } catch {
    return value === pattern;
  }
}

function splitVersion(apiVersion: string): readonly [string, string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

function labelled(object: MapNode, name: string, value: YamlNode, selectors: boolean, templates: boolean): MapNode {
  let result = setValue(object, ['metadata', 'labels', name], value);
  if (templates && object.map('spec', 'template'))
    result = setValue(result, ['spec', 'template', 'metadata', 'labels', name], value);
  if (templates && object.map('spec', 'jobTemplate', 'spec', 'template')) {
    result = setValue(result, ['spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels', name], value);
  }
  if (!selectors) return result;
  if (object.text('kind') === 'Service' && object.map('spec', 'selector'))
    return setValue(result, ['spec', 'selector', name], value);
  if (object.map('spec', 'selector', 'matchLabels'))
    result = setValue(result, ['spec', 'selector', 'matchLabels', name], value);
  if (object.map('spec', 'podSelector', 'matchLabels'))
    result = setValue(result, ['spec', 'podSelector', 'matchLabels', name], value);
  return result;
}

/** The containers' images that a kustomization's `images` entry names; the new value stands where the new part stands. */
function withImage(node: MapNode, item: YamlNode): MapNode {
  const visit = (value: YamlNode, field: string): YamlNode => {
    if (value instanceof ListNode) {
      const items = value.items.map((child) => visit(child, field));
      return items.every((child, index) => child === value.items[index])
        ? value
        : new ListNode(value.file, value.range, items, value.flow);
    }
    if (value instanceof ScalarNode) return value;
    let changed = false;
    const entries = [...value.entries].map(([name, entry]) => {
      const isImage = name === 'image' && /ontainers$/.test(field);
      const inner = isImage ? imageOf(entry.value, item) : visit(entry.value, name);
      changed ||= inner !== entry.value;
      return [name, inner === entry.value ? entry : { ...entry, value: inner }] as const;
    });
    return changed ? mapOf(value, entries) : value;
  };
  const result = visit(node, '');
  return result instanceof MapNode ? result : node;
}

function imageOf(value: YamlNode, item: YamlNode): YamlNode {
  const match = /^(.*?)(?::([^:/@]+))?(?:@(.+))?$/.exec(value.text() ?? '');
  if (match === null || match[1] !== item.text('name')) return value;
  const name = item.text('newName') ?? match[1] ?? '';
  const tag = item.get('newTag');
  const digest = item.get('digest');
  const place = digest ?? tag ?? item.get('newName') ?? value;
  const version = digest
    ? `@${digest.text()}`
    : tag
      ? `:${tag.text()}`
      : `${match[2] ? `:${match[2]}` : ''}${match[3] ? `@${match[3]}` : ''}`;
  return new ScalarNode(place.file, place.range, `${name}${version}`);
}

/** The variables of a `.env` file, each at its line. */
export function readEnvFile(file: SourceFile): readonly (readonly [string, ScalarNode])[] {
  const pattern = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(.*?)[ \t]*\r?$/gm;
  return [...file.text.matchAll(pattern)].map((match) => {
    const name = match[1] ?? '';
    const value = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    const start = match.index + match[0].indexOf(name);
    return [name, new ScalarNode(file, { start, end: match.index + match[0].trimEnd().length }, value)] as const;
  });
}
