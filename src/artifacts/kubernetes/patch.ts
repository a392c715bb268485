import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';

/**
 * The field that identifies an item of a list in a strategic merge, by the list's own field.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/api/openapi-spec/swagger.json (x-kubernetes-patch-merge-key)
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  secrets: 'name',
};

/**
 * Merges a strategic merge patch into an object. A value keeps the place it was written at; a patch that says what the
 * object says already changes nothing.
 *
 * @param known whether the lists of this kind of object have merge keys; custom resources' lists are replaced
 */
export function strategicMerge(base: YamlNode, patch: YamlNode, known: boolean, field = ''): YamlNode | undefined {
  if (patch instanceof ScalarNode && patch.value === null) return undefined;
  if (base instanceof MapNode && patch instanceof MapNode) return mergeMaps(base, patch, known);
  if (base instanceof ListNode && patch instanceof ListNode) return mergeLists(base, patch, known, field);
  if (base instanceof ScalarNode && patch instanceof ScalarNode && base.value === patch.value) return base;
  return patch;
}

function mergeMaps(base: MapNode, patch: MapNode, known: boolean): MapNode | undefined {
  const directive = patch.string('$patch');
  if (directive === 'delete') return undefined;
  if (directive === 'replace')
    return mapOf(
      patch,
      [...patch.entries].filter(([name]) => name !== '$patch'),
    );
  const entries = new Map<string, Entry>(base.entries);
  for (const [name, entry] of patch.entries) {
    if (name.startsWith('$')) continue;
    const own = entries.get(name);
    if (own === undefined) {
      if (!(entry.value instanceof ScalarNode && entry.value.value === null)) entries.set(name, entry);
      continue;
    }
    const value = strategicMerge(own.value, entry.value, known, name);
    if (value === undefined) entries.delete(name);
    else entries.set(name, value === own.value ? own : { ...own, value });
  }
  return mapOf(base, entries);
}

function mergeLists(base: ListNode, patch: ListNode, known: boolean, field: string): ListNode {
  const key = known ? (mergeKeys[field] ?? (field === 'ports' ? portKey(base, patch) : undefined)) : undefined;
  if (key === undefined || !patch.items.every((item) => item instanceof MapNode)) return patch;
  if (patch.items.some((item) => item.string('$patch') === 'replace')) {
    return new ListNode(
      patch.file,
      patch.range,
      patch.items.filter((item) => item.string('$patch') !== 'replace'),
      patch.flow,
    );
  }
  const items: YamlNode[] = [...base.items];
  for (const item of patch.items) {
    const identity = item.text(key);
    const index = items.findIndex((other) => other.text(key) === identity);
    const own = items[index];
    if (own === undefined) {
      if (item.string('$patch') !== 'delete') items.push(item);
      continue;
    }
    const merged = strategicMerge(own, item, known);
    if (merged === undefined) items.splice(index, 1);
    else items[index] = merged;
  }
  return new ListNode(base.file, base.range, items, base.flow);
}

/** Ports are told apart by `containerPort` in a container and by `port` in a Service. */
function portKey(...lists: readonly ListNode[]): string {
  return lists.some((list) => list.items.some((item) => item.get('containerPort') !== undefined))
    ? 'containerPort'
    : 'port';
}

/**
 * Applies one JSON patch operation.
 *
 * @returns the changed value; undefined when the operation does not fit
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function jsonPatch(root: YamlNode, operation: YamlNode): YamlNode | undefined {
  const path = pointer(operation.string('path'));
  const from = pointer(operation.string('from'));
  const value = operation.get('value');
  if (path === undefined) return undefined;
  switch (operation.string('op')) {
    case 'add':
      return value && change(root, path, 'add', value);
    case 'replace':
      return value && change(root, path, 'replace', value);
    case 'remove':
      return change(root, path, 'remove', undefined);
    case 'copy':
    case 'move': {
      const source = from && root.get(...from.map((step) => step));
      if (from === undefined || source === undefined) return undefined;
      const rest = operation.string('op') === 'move' ? change(root, from, 'remove', undefined) : root;
      return rest && change(rest, path, 'add', source);
    }
    default:
      return root;
  }
}

function pointer(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || (text !== '' && !text.startsWith('/'))) return undefined;
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function change(
  node: YamlNode,
  path: readonly string[],
  operation: 'add' | 'replace' | 'remove',
  value: YamlNode | undefined,
): YamlNode | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (node instanceof MapNode) {
    const own = node.entries.get(step);
    const entries = new Map(node.entries);
    if (rest.length > 0) {
      const inner = own && change(own.value, rest, operation, value);
      if (own === undefined || inner === undefined) return undefined;
      entries.set(step, { ...own, value: inner });
    } else if (operation === 'remove') {
      if (!entries.delete(step)) return undefined;
    } else if (value !== undefined) {
      const key = own?.key ?? new ScalarNode(value.file, value.range, step);
      entries.set(step, { name: step, key, value });
    }
    return mapOf(node, entries);
  }
  if (!(node instanceof ListNode)) return undefined;
  const index = step === '-' ? node.items.length : Number(step);
  if (!Number.isInteger(index) || index < 0 || index > node.items.length) return undefined;
  const items = [...node.items];
  const own = items[index];
  if (rest.length > 0) {
    const inner = own && change(own, rest, operation, value);
    if (inner === undefined) return undefined;
    items[index] = inner;
  } else if (operation === 'add' && value) items.splice(index, 0, value);
  else if (own === undefined) return undefined;
  else if (operation === 'remove') items.splice(index, 1);
  else if (value) items[index] = value;
  return new ListNode(node.file, node.range, items, node.flow);
}

/** A mapping with other entries at the same place. */
export function mapOf(place: MapNode, entries: Iterable<readonly [string, Entry]>): MapNode {
  return new MapNode(place.file, place.range, new Map(entries), place.flow);
}

/** Sets a value at a path of keys, making mappings on the way; what is new stands at the value's place. */
export function setValue(node: MapNode, path: readonly string[], value: YamlNode): MapNode {
  const [step, ...rest] = path;
  if (step === undefined) return node;
  const own = node.entries.get(step);
  const key = own?.key ?? new ScalarNode(value.file, value.range, step);
  const inner =
    rest.length === 0
      ? value
      : setValue(
          own?.value instanceof MapNode ? own.value : new MapNode(value.file, value.range, new Map()),
          rest,
          value,
        );
  return mapOf(node, new Map(node.entries).set(step, { name: step, key, value: inner }));
}
