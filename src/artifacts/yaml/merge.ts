import { type Entry, MapNode, type YamlNode } from './node.ts';

/**
 * Merges two values by key, the second winning; every value keeps the place it was written at.
 *
 * @param combine decides for a path of keys what becomes of two values that are not both mappings; the default takes
 *   the second
 */
export function mergeNodes(
  base: YamlNode,
  over: YamlNode,
  combine: (path: readonly string[], base: YamlNode, over: YamlNode) => YamlNode = (_path, _base, winner) => winner,
  path: readonly string[] = [],
): YamlNode {
  if (!(base instanceof MapNode && over instanceof MapNode)) return combine(path, base, over);
  const entries = new Map<string, Entry>(base.entries);
  for (const [name, entry] of over.entries) {
    const known = entries.get(name);
    const value = known ? mergeNodes(known.value, entry.value, combine, [...path, name]) : entry.value;
    entries.set(name, { name, key: entry.key, value });
  }
  return new MapNode(over.file, over.range, entries, over.flow);
}

/** A copy of a mapping without some keys. */
export function without(node: MapNode, ...names: readonly string[]): MapNode {
  const entries = new Map([...node.entries].filter(([name]) => !names.includes(name)));
  return new MapNode(node.file, node.range, entries, node.flow);
}
