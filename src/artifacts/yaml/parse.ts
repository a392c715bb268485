import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Location, SourceFile, TextRange } from '../source-file.ts';
import {
  type Entry,
  ListNode,
  MapNode,
  ScalarNode,
  type ScalarStyle,
  type ScalarValue,
  type YamlNode,
} from './node.ts';
import { parseSimpleYaml } from './simple-parse.ts';

/** What is wrong with a YAML text, and where. */
export interface YamlProblem extends Location {
  readonly message: string;
}

/** One document of a stream. */
export interface YamlDocument {
  /** Undefined for an empty document. */
  readonly root: YamlNode | undefined;
  readonly problems: readonly YamlProblem[];
}

/** Nesting beyond this is refused: no file that people write comes near it. */
const maximumDepth = 100;
/** Values that a document may expand to through its aliases; beyond it is an alias bomb. */
const maximumExpandedNodes = 200_000;

/**
 * Reads all documents of a YAML stream. A broken document gives its problems and as much of its root as could be read.
 *
 * @param file the file that the places are of
 * @param text what to read, when it is only a part of the file, at the same offsets
 * @returns the documents, in order; never throws
 */
export function parseYaml(file: SourceFile, text = file.text): readonly YamlDocument[] {
  const simple = text === file.text ? parseSimpleYaml(file) : undefined;
  return simple?.map((root) => ({ root, problems: [] })) ?? parseFullYaml(file, text);
}

/** Reads any YAML, by the library that knows all of it. Gives the same as the simple parser where that one succeeds. */
export function parseFullYaml(file: SourceFile, text = file.text): readonly YamlDocument[] {
  const tooDeep = findExcessiveNesting(text);
  if (tooDeep !== undefined) {
    return [
      {
        root: undefined,
        problems: [
          {
            file,
            range: { start: tooDeep, end: tooDeep + 1 },
            message: `Values are nested more than ${maximumDepth} deep`,
          },
        ],
      },
    ];
  }
  const parsed = parseAllDocuments(text, {
    prettyErrors: false,
    logLevel: 'silent',
    uniqueKeys: true,
    merge: false,
  });
  if (!Array.isArray(parsed)) return [];
  return parsed.map((document) => {
    const problems: YamlProblem[] = document.errors.map((error) => ({
      file,
      range: problemRange(file, error.pos[0], error.pos[1]),
      message: sentence(error.message),
    }));
    const reader = new NodeReader(file, problems);
    const root = document.contents === null ? undefined : reader.read(document.contents as Node, 0);
    return { root, problems };
  });
}

/**
 * Reads the YAML text that a literal block scalar holds, with places of the surrounding file.
 *
 * @returns the roots of its documents; empty for other styles, whose characters do not stand in the file one by one
 */
export function parseEmbeddedYaml(node: ScalarNode): readonly YamlNode[] {
  const { file, range, style } = node;
  const start = file.text.indexOf('\n', range.start) + 1;
  if (style !== 'literal' || start === 0 || start > range.end) return [];
  const text = file.text.slice(0, start).replace(/[^\r\n]/g, ' ') + file.text.slice(start, range.end);
  return parseYaml(file, text).flatMap((document) => document.root ?? []);
}

class NodeReader {
  readonly #file: SourceFile;
  readonly #problems: YamlProblem[];
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  #size = 0;
  #exhausted = false;

  constructor(file: SourceFile, problems: YamlProblem[]) {
    this.#file = file;
    this.#problems = problems;
  }

  read(node: Node, depth: number): YamlNode {
    const range = this.#range(node);
    if (depth > maximumDepth || this.#exhausted) return new ScalarNode(this.#file, range, null);
    const before = this.#size;
    this.#count(1, range);
    const value = isAlias(node) ? this.#alias(node, range) : this.#value(node, range, depth);
    const anchor = isAlias(node) ? undefined : (node as Scalar).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, { node: value, size: this.#size - before });
    return value;
  }

  #value(node: Node, range: TextRange, depth: number): YamlNode {
    if (isMap(node)) return this.#map(node as YAMLMap<unknown, unknown>, range, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node, depth + 1));
      const whole =
        node.flow === true ? range : this.#until(range, node.items.at(-1) as Node | undefined, items.at(-1));
      return new ListNode(this.#file, whole, items, node.flow === true, customTag(node.tag));
    }
    return isScalar(node) ? this.#scalar(node, range) : new ScalarNode(this.#file, range, null);
  }

  #map(node: YAMLMap<unknown, unknown>, range: TextRange, depth: number): MapNode {
    const entries = new Map<string, Entry>();
    const merged: YamlNode[] = [];
    let end = range.start;
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const keyNode =
        key !== null && isScalar(key) ? this.#scalar(key, this.#range(key)) : new ScalarNode(this.#file, range, '');
      const written = pair.value as Node | null | undefined;
      const value =
        written && !isEmptyScalar(written) ? this.read(written, depth + 1) : this.#nothing(keyNode, written);
      const last = written && isAlias(written) ? this.#range(written).end : value.range.end;
      end = Math.max(end, keyNode.range.end, last);
      if (keyNode.source === '<<' && keyNode.style === 'plain') merged.push(value);
      else entries.set(keyNode.source, { name: keyNode.source, key: keyNode, value });
    }
    // Explicit keys win over merged ones, earlier merge sources over later ones: https://yaml.org/type/merge.html
    for (const source of merged.flatMap((value) => (value instanceof ListNode ? value.items : [value]))) {
      if (!(source instanceof MapNode)) continue;
      for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    const whole = node.flow === true || end === range.start ? range : { start: range.start, end };
    return new MapNode(this.#file, whole, entries, node.flow === true);
  }

  /** The value of a key without one: it stands behind the colon. */
  #nothing(key: ScalarNode, written: Node | null | undefined): ScalarNode {
    this.#count(1, key.range);
    const colon = this.#file.text.indexOf(':', key.range.end);
    const at = colon < 0 ? key.range.end : colon + 1;
    const value = new ScalarNode(this.#file, { start: at, end: at }, null, 'plain', '');
    const anchor = written && isScalar(written) ? written.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { node: value, size: 1 });
    return value;
  }

  /** A block ends where its last item does, not behind the comments that follow. */
  #until(range: TextRange, written: Node | undefined, last: YamlNode | undefined): TextRange {
    if (written === undefined || last === undefined) return range;
    const end = isAlias(written) ? this.#range(written).end : last.range.end;
    return { start: range.start, end: Math.max(range.start, end) };
  }

  #scalar(node: Scalar, range: TextRange): ScalarNode {
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
    const value = scalarValue(node.value);
    const source = typeof value === 'string' ? undefined : (node.source ?? undefined);
    return new ScalarNode(this.#file, range, value, style, source, customTag(node.tag));
  }

  #alias(node: Alias, range: TextRange): YamlNode {
    const target = this.#anchors.get(node.source);
    if (target === undefined) return new ScalarNode(this.#file, range, null);
    this.#count(target.size, range);
    return target.node;
  }

  #count(nodes: number, range: TextRange): void {
    this.#size += nodes;
    if (this.#size <= maximumExpandedNodes || this.#exhausted) return;
    this.#exhausted = true;
    this.#problems.push({
      file: this.#file,
      range,
      message: `Aliases expand to more than ${maximumExpandedNodes} values`,
    });
  }

  #range(node: Node): TextRange {
    const range = node.range;
    return range ? clip(this.#file, range[0], range[1]) : { start: 0, end: 0 };
  }
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '' && node.tag === undefined;
}

function scalarValue(value: unknown): ScalarValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return String(value);
}

function customTag(tag: string | undefined): string | undefined {
  return tag !== undefined && !tag.startsWith('tag:yaml.org,2002:') ? tag : undefined;
}

/** A range inside the text, without the white space and line ends that follow a block value. */
function clip(file: SourceFile, start: number, end: number): TextRange {
  const from = Math.min(start, file.text.length);
  let to = Math.min(Math.max(from, end), file.text.length);
  while (to > from && isSpace(file.text.charCodeAt(to - 1))) to--;
  return { start: from, end: to };
}

/** Where a mistake shows: never behind the last thing that is written. */
function problemRange(file: SourceFile, start: number, end: number): TextRange {
  const { text } = file;
  let from = Math.min(start, text.length - 1);
  while (from > 0 && isSpace(text.charCodeAt(from))) from--;
  if (from < start) return { start: Math.max(from, 0), end: Math.min(from + 1, text.length) };
  const range = clip(file, start, end);
  return range.end > range.start ? range : { start, end: Math.min(start + 1, text.length) };
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 10 || unit === 13 || unit === 9;
}

function sentence(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.charAt(0).toUpperCase() + line.slice(1);
}

/** Where flow collections or compact sequences nest too deep for a recursive parser, judged before parsing. */
function findExcessiveNesting(text: string): number | undefined {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 91 || unit === 123) {
      if (++depth > maximumDepth) return offset;
    } else if (unit === 93 || unit === 125) depth = Math.max(0, depth - 1);
    else if (unit === 10) {
      const dashes = compactDashes(text, offset + 1);
      if (dashes > maximumDepth) return offset + 1;
    }
  }
  return compactDashes(text, 0) > maximumDepth ? 0 : undefined;
}

function compactDashes(text: string, from: number): number {
  let dashes = 0;
  for (let offset = from; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 45 || unit === 63) dashes++;
    else if (unit !== 32) break;
  }
  return dashes;
}
