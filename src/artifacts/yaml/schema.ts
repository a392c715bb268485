import type { Location } from '../source-file.ts';
import { ListNode, MapNode, ScalarNode, type YamlNode } from './node.ts';

/**
 * The part of JSON Schema that the trimmed schemas use. References name a definition.
 *
 * @see https://json-schema.org/draft-07/json-schema-validation
 */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly uniqueItems?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
}

/** Schemas by name. */
export type Definitions = Readonly<Record<string, Schema>>;

/** One way in which a value differs from its schema. `path` leads to the value (for a missing field to its owner): `spec.ports[]`. */
export type Violation =
  | {
      readonly kind: 'unknown';
      readonly path: string;
      readonly where: Location;
      readonly name: string;
      readonly known: readonly string[];
    }
  | { readonly kind: 'missing'; readonly path: string; readonly where: Location; readonly name: string }
  | {
      readonly kind: 'type';
      readonly path: string;
      readonly where: YamlNode;
      readonly expected: readonly string[];
      readonly actual: string;
    }
  | {
      readonly kind: 'value';
      readonly path: string;
      readonly where: YamlNode;
      readonly value: string;
      readonly expected: string;
    };

/** How a format reads its documents. */
export interface SchemaOptions {
  /** What a field without a value is: `absent`, the value null, or `unknown` because the reader decides. */
  readonly nullIs: 'absent' | 'null' | 'unknown';
}

/**
 * Compares a value with a schema. What depends on text that is filled in later (`${PORT}`, `{{ port }}`) fits.
 *
 * @param root the value
 * @param place where a missing field of the root itself is reported
 * @returns each difference at the key or value that is wrong, in the order of the document
 */
export function violations(
  root: YamlNode,
  schema: Schema,
  definitions: Definitions,
  place: Location,
  options: SchemaOptions,
): readonly Violation[] {
  const found: Violation[] = [];
  new Checker(definitions, options, found).check(root, schema, '', place);
  return found;
}

class Checker {
  readonly #definitions: Definitions;
  readonly #options: SchemaOptions;
  readonly #found: Violation[];

  constructor(definitions: Definitions, options: SchemaOptions, found: Violation[]) {
    this.#definitions = definitions;
    this.#options = options;
    this.#found = found;
  }

  check(node: YamlNode, reference: Schema, path: string, place: Location): void {
    const schema = this.#resolve(reference);
    if (
      isOpen(node) ||
      (node instanceof MapNode && isTemplated(node)) ||
      (this.#options.nullIs !== 'null' && isNull(node))
    )
      return;
    if (schema.oneOf) this.#checkVariants(node, schema.oneOf, path, place);
    const expected = typesOf(schema);
    if (expected.length > 0 && !expected.some((type) => isOfType(node, type))) {
      if (!isTemplated(node)) this.#found.push({ kind: 'type', path, where: node, expected, actual: typeOf(node) });
    } else if (node instanceof MapNode) this.#checkFields(node, schema, path, place);
    else if (node instanceof ListNode) this.#checkItems(node, schema, path);
    else if (!isTemplated(node)) this.#checkValue(node, schema, path);
  }

  #resolve(schema: Schema): Schema {
    let target = schema;
    for (let steps = 0; target.$ref !== undefined && steps < 50; steps++)
      target = Object.hasOwn(this.#definitions, target.$ref) ? (this.#definitions[target.$ref] ?? {}) : {};
    return target;
  }

  /** Of several variants the one counts that says the least against the value. */
  #checkVariants(node: YamlNode, variants: readonly Schema[], path: string, place: Location): void {
    const resolved = variants.map((variant) => this.#resolve(variant));
    const fitting = resolved.filter((schema) => {
      const types = typesOf(schema);
      return types.length === 0 || types.some((type) => isOfType(node, type));
    });
    if (fitting.length === 0) {
      const expected = [...new Set(resolved.flatMap(typesOf))];
      if (!isTemplated(node)) this.#found.push({ kind: 'type', path, where: node, expected, actual: typeOf(node) });
      return;
    }
    const results = fitting.map((schema) => {
      const found: Violation[] = [];
      new Checker(this.#definitions, this.#options, found).check(node, schema, path, place);
      return found;
    });
    this.#found.push(...results.reduce((least, result) => (result.length < least.length ? result : least)));
  }

  #checkFields(node: MapNode, schema: Schema, path: string, place: Location): void {
    const { properties = {}, patternProperties = {}, additionalProperties = true, required = [] } = schema;
    for (const name of required) {
      const value = node.entries.get(name)?.value;
      if (value === undefined || (this.#options.nullIs === 'absent' && isNull(value)))
        this.#found.push({ kind: 'missing', path, where: place, name });
    }
    const patterns = Object.entries(patternProperties);
    for (const { name, key, value } of node.entries.values()) {
      const below = path === '' ? name : `${path}.${name}`;
      const fitting = [
        ...(Object.hasOwn(properties, name) ? [properties[name]] : []),
        ...patterns.filter(([pattern]) => expression(pattern).test(name)).map(([, value]) => value),
      ];
      const rest = typeof additionalProperties === 'object' ? [additionalProperties] : [];
      for (const child of fitting.length > 0 ? fitting : rest) if (child) this.check(value, child, below, key);
      if (fitting.length === 0 && additionalProperties === false && !/[$]|\{\{/.test(name))
        this.#found.push({ kind: 'unknown', path, where: key, name, known: Object.keys(properties) });
    }
  }

  #checkItems(node: ListNode, schema: Schema, path: string): void {
    const seen = new Set<string>();
    for (const item of node.items) {
      const first = item instanceof MapNode ? [...item.entries.values()][0]?.key : undefined;
      if (schema.items) this.check(item, schema.items, `${path}[]`, first ?? item);
      if (!schema.uniqueItems || !(item instanceof ScalarNode)) continue;
      const value = item.source;
      if (seen.has(value))
        this.#found.push({ kind: 'value', path: `${path}[]`, where: item, value, expected: 'listed once' });
      seen.add(value);
    }
  }

  #checkValue(node: ScalarNode, schema: Schema, path: string): void {
    const { value, source } = node;
    const wrong = (expected: string) => {
      this.#found.push({ kind: 'value', path, where: node, value: source, expected });
    };
    if (schema.enum && !schema.enum.includes(value)) wrong(`one of ${schema.enum.join(', ')}`);
    if (schema.pattern !== undefined && typeof value === 'string' && !expression(schema.pattern).test(value))
      wrong(`of the form ${schema.pattern}`);
    if (typeof value !== 'number') return;
    if (schema.minimum !== undefined && value < schema.minimum) wrong(`at least ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum) wrong(`at most ${schema.maximum}`);
  }
}

const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, known);
  return known;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function typeOf(node: YamlNode): string {
  if (node instanceof MapNode) return 'object';
  if (node instanceof ListNode) return 'array';
  if (node.value === null) return 'null';
  if (typeof node.value !== 'number') return typeof node.value;
  return Number.isInteger(node.value) ? 'integer' : 'number';
}

function isOfType(node: YamlNode, type: string): boolean {
  const actual = typeOf(node);
  return actual === type || (actual === 'integer' && type === 'number');
}

function isNull(node: YamlNode): boolean {
  return node instanceof ScalarNode && node.value === null;
}

/** Whether a tag of the reader's own (`!reset`) decides about the value. */
function isOpen(node: YamlNode): boolean {
  return !(node instanceof MapNode) && node.tag !== undefined;
}

/** Whether text stands there that is filled in later; `{{ port }}` without quotes reads as a mapping. */
function isTemplated(node: YamlNode): boolean {
  if (node instanceof MapNode)
    return node.flow && /^\{\s*\{/.test(node.file.text.slice(node.range.start, node.range.end));
  return node instanceof ScalarNode && typeof node.value === 'string' && /\$|\{\{/.test(node.value);
}
