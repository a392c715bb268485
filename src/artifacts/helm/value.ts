import { ListNode, MapNode, type YamlNode } from '../yaml/node.ts';

/** A value that text alone does not decide. */
export const unknown = Symbol('unknown');

/** A mapping of a template's values. */
export interface Dict {
  [name: string]: Value;
}

/** What templates work with. */
export type Value = string | number | boolean | null | undefined | typeof unknown | Value[] | Dict;

/** Whether a value is a mapping. */
export function isDict(value: Value): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Go's truth: zero values are false. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isDict(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A YAML value for templates. */
export function fromYaml(node: YamlNode | undefined): Value {
  if (node instanceof MapNode) {
    const dict: Dict = Object.create(null);
    for (const [name, entry] of node.entries) dict[name] = fromYaml(entry.value);
    return dict;
  }
  if (node instanceof ListNode) return node.items.map(fromYaml);
  return node?.value ?? null;
}

/** A value as Go prints it. */
export function toText(value: Value): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(toText).join(' ')}]`;
  if (isDict(value))
    return `map[${Object.keys(value)
      .sort()
      .map((name) => `${name}:${toText(value[name])}`)
      .join(' ')}]`;
  return String(value);
}

/** A value as YAML text, keys sorted, as Helm's `toYaml` gives it. */
export function toYaml(value: Value, indent = ''): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `${indent}- ${nestedYaml(item, `${indent}  `).trimStart()}`).join('\n');
  }
  if (isDict(value)) {
    const names = Object.keys(value).sort();
    if (names.length === 0) return '{}';
    return names
      .map((name) => {
        const inner = value[name];
        const nests = (Array.isArray(inner) && inner.length > 0) || (isDict(inner) && Object.keys(inner).length > 0);
        const key = scalarYaml(name);
        if (!nests) return `${indent}${key}: ${toYaml(inner, indent).trimStart()}`;
        return `${indent}${key}:\n${nestedYaml(inner, Array.isArray(inner) ? indent : `${indent}  `)}`;
      })
      .join('\n');
  }
  return scalarYaml(value);
}

function nestedYaml(value: Value, indent: string): string {
  const text = toYaml(value, indent);
  return text.startsWith(indent) ? text : `${indent}${text}`;
}

function scalarYaml(value: Value): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'string') return toText(value);
  const plain =
    /^[A-Za-z_./][\w./ @%+,=-]*$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) &&
    !/\s$/.test(value);
  return plain ? value : JSON.stringify(value);
}

/** Whether a value is, or holds, something unknown. */
export function isUncertain(value: Value): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(isUncertain);
  return isDict(value) && Object.values(value).some(isUncertain);
}
