import type { Location, SourceFile, TextRange } from '../source-file.ts';

/** A scalar as YAML 1.2 (core schema) reads it. */
export type ScalarValue = string | number | boolean | null;

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** One key of a mapping. */
export interface Entry {
  readonly name: string;
  /** The key as written; its range is the key's alone. */
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

/**
 * A value read from YAML, with the place where it is written. Merged values (Compose overrides, kustomize patches) are
 * made of nodes from several files, each with its own place. An alias is the very node of its anchor.
 */
export type YamlNode = MapNode | ListNode | ScalarNode;

/** A step into a value: a key or an index. */
export type Step = string | number;

abstract class BaseNode implements Location {
  readonly file: SourceFile;
  readonly range: TextRange;

  constructor(file: SourceFile, range: TextRange) {
    this.file = file;
    this.range = range;
  }

  /**
   * The value at a path of keys and indices, or undefined where a step does not exist.
   *
   * @example object.get('spec', 'template', 'spec', 'containers', 0)
   */
  get(...path: readonly Step[]): YamlNode | undefined {
    let node: YamlNode | undefined = this as unknown as YamlNode;
    for (const step of path) {
      if (node instanceof MapNode) node = node.entries.get(String(step))?.value;
      else if (node instanceof ListNode && typeof step === 'number') node = node.items[step];
      else return undefined;
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** The entry (key and value) at a path, to point at the key. */
  entry(...path: readonly string[]): Entry | undefined {
    const parent = path.length > 1 ? this.get(...path.slice(0, -1)) : (this as unknown as YamlNode);
    return parent instanceof MapNode ? parent.entries.get(path.at(-1) ?? '') : undefined;
  }

  /** The scalar at a path when it is a string; undefined otherwise. */
  string(...path: readonly Step[]): string | undefined {
    const node = this.get(...path);
    return node instanceof ScalarNode && typeof node.value === 'string' ? node.value : undefined;
  }

  /** The scalar at a path as text, whatever its type (`8080` → "8080"); undefined for null, maps and lists. */
  text(...path: readonly Step[]): string | undefined {
    const node = this.get(...path);
    return node instanceof ScalarNode && node.value !== null ? node.source : undefined;
  }

  /** The scalar at a path when it is a number. */
  number(...path: readonly Step[]): number | undefined {
    const node = this.get(...path);
    return node instanceof ScalarNode && typeof node.value === 'number' ? node.value : undefined;
  }

  /** The scalar at a path when it is a boolean. */
  boolean(...path: readonly Step[]): boolean | undefined {
    const node = this.get(...path);
    return node instanceof ScalarNode && typeof node.value === 'boolean' ? node.value : undefined;
  }

  /** The items of the list at a path; empty when there is no list. */
  list(...path: readonly Step[]): readonly YamlNode[] {
    const node = this.get(...path);
    return node instanceof ListNode ? node.items : [];
  }

  /** The entries of the mapping at a path, in order; empty when there is no mapping. */
  pairs(...path: readonly Step[]): readonly Entry[] {
    const node = this.get(...path);
    return node instanceof MapNode ? [...node.entries.values()] : [];
  }

  /** The mapping at a path. */
  map(...path: readonly Step[]): MapNode | undefined {
    const node = this.get(...path);
    return node instanceof MapNode ? node : undefined;
  }
}

/** A mapping; merge keys (`<<`) are already applied, explicit keys winning. */
export class MapNode extends BaseNode {
  readonly kind = 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  /** Written as `{a: 1}`. */
  readonly flow: boolean;

  constructor(file: SourceFile, range: TextRange, entries: ReadonlyMap<string, Entry>, flow = false) {
    super(file, range);
    this.entries = entries;
    this.flow = flow;
  }
}

/** A sequence. */
export class ListNode extends BaseNode {
  readonly kind = 'list';
  readonly items: readonly YamlNode[];
  /** Written as `[1, 2]`. */
  readonly flow: boolean;
  /** The custom tag it carries (GitLab's `!reference`), if any. */
  readonly tag: string | undefined;

  constructor(file: SourceFile, range: TextRange, items: readonly YamlNode[], flow = false, tag?: string) {
    super(file, range);
    this.items = items;
    this.flow = flow;
    this.tag = tag;
  }
}

/** A string, number, boolean or null. */
export class ScalarNode extends BaseNode {
  readonly kind = 'scalar';
  readonly value: ScalarValue;
  readonly style: ScalarStyle;
  /** The custom tag it carries (`!reference`, `!vault`), if any. */
  readonly tag: string | undefined;
  readonly #source: string | undefined;

  /**
   * @param source the scalar's text before its type was resolved, where that differs from the value (`0o17`, `1.10`)
   */
  constructor(
    file: SourceFile,
    range: TextRange,
    value: ScalarValue,
    style: ScalarStyle = 'plain',
    source?: string,
    tag?: string,
  ) {
    super(file, range);
    this.value = value;
    this.style = style;
    this.#source = source;
    this.tag = tag;
  }

  /** The text as written, unquoted and unescaped: `1.10` stays "1.10". Empty for an empty value. */
  get source(): string {
    return this.#source ?? (this.value === null ? '' : String(this.value));
  }
}

/** Every node below a node, itself included, in document order; each shared (aliased) node once. */
export function* descendants(root: YamlNode): Generator<YamlNode> {
  const seen = new Set<YamlNode>();
  const stack: YamlNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    yield node;
    if (node instanceof MapNode) stack.push(...[...node.entries.values()].map(({ value }) => value).reverse());
    else if (node instanceof ListNode) stack.push(...[...node.items].reverse());
  }
}

/** The plain JavaScript value of a node, for schema checks. */
export function plainValue(node: YamlNode): unknown {
  if (node instanceof ScalarNode) return node.value;
  if (node instanceof ListNode) return node.items.map(plainValue);
  const value: Record<string, unknown> = Object.create(null);
  for (const [name, entry] of node.entries) value[name] = plainValue(entry.value);
  return value;
}
