import { ListNode, type MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import { mapOf } from './patch.ts';

/** Fields that name another object, by the last keys of their path, and the kinds they may name. */
const references: readonly { readonly path: readonly string[]; readonly kinds: readonly string[] }[] = [
  { path: ['configMapKeyRef', 'name'], kinds: ['ConfigMap'] },
  { path: ['configMapRef', 'name'], kinds: ['ConfigMap'] },
  { path: ['configMap', 'name'], kinds: ['ConfigMap'] },
  { path: ['secretKeyRef', 'name'], kinds: ['Secret'] },
  { path: ['secretRef', 'name'], kinds: ['Secret'] },
  { path: ['secret', 'secretName'], kinds: ['Secret'] },
  { path: ['secret', 'name'], kinds: ['Secret'] },
  { path: ['tls', 'secretName'], kinds: ['Secret'] },
  { path: ['imagePullSecrets', 'name'], kinds: ['Secret'] },
  { path: ['serviceAccountName'], kinds: ['ServiceAccount'] },
  { path: ['persistentVolumeClaim', 'claimName'], kinds: ['PersistentVolumeClaim'] },
  { path: ['spec', 'serviceName'], kinds: ['Service'] },
  { path: ['service', 'name'], kinds: ['Service'] },
  { path: ['backendRefs', 'name'], kinds: ['Service'] },
  { path: ['scaleTargetRef', 'name'], kinds: ['Deployment', 'StatefulSet', 'ReplicaSet', 'Rollout'] },
  { path: ['roleRef', 'name'], kinds: ['Role', 'ClusterRole'] },
  { path: ['subjects', 'name'], kinds: ['ServiceAccount'] },
];

/**
 * Renames the objects that a value refers to, as kustomize does when it renames the objects themselves.
 *
 * @param renamed gives the new name for a kind and an old name; undefined when that object is not renamed
 */
export function renameReferences(
  node: YamlNode,
  renamed: (kinds: readonly string[], name: string) => string | undefined,
  path: readonly string[] = [],
): YamlNode {
  if (node instanceof ListNode) {
    const items = node.items.map((item) => renameReferences(item, renamed, path));
    return items.every((item, index) => item === node.items[index])
      ? node
      : new ListNode(node.file, node.range, items, node.flow);
  }
  if (node instanceof ScalarNode) {
    const text = node.text();
    const reference = text === undefined ? undefined : references.find((candidate) => endsWith(path, candidate.path));
    const name = reference && text !== undefined ? renamed(reference.kinds, text) : undefined;
    return name === undefined ? node : new ScalarNode(node.file, node.range, name, node.style);
  }
  let changed = false;
  const entries = [...node.entries].map(([name, entry]) => {
    const value = renameReferences(entry.value, renamed, [...path, name]);
    changed ||= value !== entry.value;
    return [name, value === entry.value ? entry : { ...entry, value }] as const;
  });
  return changed ? mapOf(node, entries) : node;
}

/** `metadata.name` set to another name at the place of the old one. */
export function renameObject(root: MapNode, name: string): MapNode {
  const metadata = root.map('metadata');
  const own = metadata?.entries.get('name');
  const entry = root.entries.get('metadata');
  if (metadata === undefined || own === undefined || entry === undefined) return root;
  const value = new ScalarNode(own.value.file, own.value.range, name);
  const inner = mapOf(metadata, new Map(metadata.entries).set('name', { ...own, value }));
  return mapOf(root, new Map(root.entries).set('metadata', { ...entry, value: inner }));
}

function endsWith(path: readonly string[], tail: readonly string[]): boolean {
  return tail.every((step, index) => path[path.length - tail.length + index] === step);
}
