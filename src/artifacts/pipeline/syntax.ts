import { type Entry, ListNode, MapNode, type ScalarNode, type YamlNode } from '../yaml/node.ts';

/** What may stand at a place of a pipeline file. A shape that says nothing allows everything. */
export interface Shape {
  /** The keys of a mapping; without `rest` there are no others. */
  readonly keys?: Readonly<Record<string, Shape>>;
  /** The shape of the values of all other keys. */
  readonly rest?: Shape;
  readonly required?: readonly string[];
  /** The shape of a list's items. */
  readonly items?: Shape;
  /** Picks the shape by what the mapping holds. */
  readonly choose?: (map: MapNode) => Shape;
  /** What a scalar may be: one of some words, or a value of a type. Without it a scalar is as good as anything. */
  readonly scalar?: 'boolean' | 'number' | 'none' | readonly string[];
  /** Whether a list may stand here, and whether a mapping may. */
  readonly list?: false;
  readonly map?: false;
  /** What the mapping is called in messages. */
  readonly title?: string;
  /** Contexts that expressions here and below may read, besides those of the places around. */
  readonly contexts?: readonly string[];
  /** Functions besides those that are allowed everywhere. */
  readonly functions?: readonly string[];
  /** The scalar as a whole is an expression, with or without `${{ }}`. */
  readonly condition?: true;
}

/** One place that a walk along a shape meets. */
export interface Place {
  readonly node: YamlNode;
  readonly shape: Shape;
  readonly path: readonly string[];
  readonly contexts: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** A difference between a file and its syntax. */
export type SyntaxProblem =
  | { readonly kind: 'unknown-key'; readonly entry: Entry; readonly owner: string; readonly known: readonly string[] }
  | { readonly kind: 'missing-key'; readonly map: MapNode; readonly owner: string; readonly name: string }
  | {
      readonly kind: 'wrong-value';
      readonly node: ScalarNode;
      readonly wanted: string;
      readonly values: readonly string[];
    }
  | { readonly kind: 'wrong-kind'; readonly node: YamlNode; readonly wanted: string };

const templated = /\$\{\{|\$\[\[/;

/** Everything that a walk of a node along its shape meets, places that no shape describes included. */
export function places(node: YamlNode, shape: Shape): readonly Place[] {
  const found: Place[] = [];
  walk({ node, shape, path: [], contexts: new Set(), functions: new Set() }, found);
  return found;
}

function walk({ node, shape, path, contexts, functions }: Place, found: Place[]): void {
  const chosen = node instanceof MapNode && shape.choose ? { ...shape, ...shape.choose(node) } : shape;
  const scope = {
    contexts: chosen.contexts ? new Set([...contexts, ...chosen.contexts]) : contexts,
    functions: chosen.functions ? new Set([...functions, ...chosen.functions]) : functions,
  };
  found.push({ node, shape: chosen, path, ...scope });
  if (node instanceof MapNode) {
    for (const { name, value } of node.entries.values()) {
      walk({ node: value, shape: chosen.keys?.[name] ?? chosen.rest ?? {}, path: [...path, name], ...scope }, found);
    }
  } else if (node instanceof ListNode && node.tag === undefined) {
    for (const [index, item] of node.items.entries()) {
      walk({ node: item, shape: chosen.items ?? {}, path: [...path, String(index)], ...scope }, found);
    }
  }
}

const known = new WeakMap<YamlNode, Map<Shape, readonly SyntaxProblem[]>>();

/**
 * Every difference between a file and its shape. What an expression or an input fills in later counts as right. Several
 * rules ask, each for its kind of problem; the walk is done once.
 */
export function syntaxProblems(node: YamlNode, shape: Shape): readonly SyntaxProblem[] {
  const byShape = known.get(node) ?? new Map<Shape, readonly SyntaxProblem[]>();
  known.set(node, byShape);
  const problems = byShape.get(shape) ?? places(node, shape).flatMap((place) => [...problemsAt(place)]);
  byShape.set(shape, problems);
  return problems;
}

function* problemsAt({ node, shape, path }: Place): Generator<SyntaxProblem> {
  const owner = shape.title ?? path.at(-1) ?? 'the file';
  if (node instanceof MapNode) {
    if (shape.map === false)
      yield { kind: 'wrong-kind', node, wanted: shape.list === false ? 'a value' : 'no mapping' };
    if (shape.keys === undefined) return;
    const known = Object.keys(shape.keys);
    for (const entry of node.entries.values()) {
      if (Object.hasOwn(shape.keys, entry.name) || shape.rest || templated.test(entry.name)) continue;
      yield { kind: 'unknown-key', entry, owner, known };
    }
    for (const name of shape.required ?? []) {
      if (!node.entries.has(name)) yield { kind: 'missing-key', map: node, owner, name };
    }
  } else if (node instanceof ListNode) {
    if (shape.list === false && node.tag === undefined) {
      yield { kind: 'wrong-kind', node, wanted: shape.map === false ? 'a single value' : 'no list' };
    }
  } else yield* scalarProblems(node, shape);
}

function* scalarProblems(node: ScalarNode, { scalar }: Shape): Generator<SyntaxProblem> {
  if (scalar === undefined || templated.test(node.source) || node.tag !== undefined) return;
  if (scalar === 'none') {
    if (node.value !== null) yield { kind: 'wrong-kind', node, wanted: 'no single value' };
  } else if (node.value === null) {
    return;
  } else if (scalar === 'boolean') {
    if (!/^(?:true|false)$/i.test(node.source))
      yield { kind: 'wrong-value', node, wanted: 'true or false', values: [] };
  } else if (scalar === 'number') {
    if (node.source.trim() === '' || Number.isNaN(Number(node.source)))
      yield { kind: 'wrong-value', node, wanted: 'a number', values: [] };
  } else if (!scalar.includes(node.source)) {
    yield { kind: 'wrong-value', node, wanted: scalar.length > 8 ? 'a known word' : scalar.join(', '), values: scalar };
  }
}
