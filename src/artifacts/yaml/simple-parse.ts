import type { SourceFile } from '../source-file.ts';
import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from './node.ts';
import { plainScalarValue } from './scalar-value.ts';

/** Thrown where the text has anything that only the full parser knows, or is wrong: it then says what. */
const notSimple = Symbol('not simple');

/** Characters with a meaning of their own, or none at all in YAML. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unusual = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]/;
const maximumDepth = 100;

/**
 * Reads the YAML that nearly all files are made of, many times faster than the full parser: block mappings and
 * sequences, scalars of one line, flow collections of one line, block scalars, comments. No anchors, tags, directives,
 * many-line scalars, tabs or CRLF.
 *
 * @returns the roots of the documents; undefined when the text needs the full parser, always so when it is not valid
 */
export function parseSimpleYaml(file: SourceFile): readonly YamlNode[] | undefined {
  if (unusual.test(file.text)) return undefined;
  try {
    return new SimpleParser(file).documents();
  } catch (error) {
    if (error === notSimple) return undefined;
    throw error;
  }
}

/** A line that says something: not blank, not a comment. */
interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

class SimpleParser {
  readonly #file: SourceFile;
  readonly #text: string;
  #line: Line | undefined;
  #depth = 0;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
  }

  documents(): readonly YamlNode[] {
    const roots: YamlNode[] = [];
    this.#advance(0);
    let started = false;
    while (this.#line !== undefined) {
      if (this.#isMarker(this.#line)) {
        if (this.#text.slice(this.#line.start + 3, this.#line.end).trim() !== '') throw notSimple;
        this.#advance(this.#line.end + 1);
      } else if (started) throw notSimple;
      started = true;
      // A document without content is rare, and what it means is left to the full parser.
      if (this.#line === undefined || this.#isMarker(this.#line)) throw notSimple;
      roots.push(this.#block(this.#line, this.#line.start + this.#line.indent, this.#line.indent));
      started = true;
    }
    if (roots.length === 0) throw notSimple;
    return roots;
  }

  /** Goes to the first line from an offset on that says something. */
  #advance(from: number): void {
    const text = this.#text;
    let start = from;
    while (start < text.length) {
      let at = start;
      while (text.charCodeAt(at) === 32) at++;
      const unit = text.charCodeAt(at);
      if (unit === 35 || unit === 10 || at >= text.length) {
        const newline = unit === 10 ? at : text.indexOf('\n', at);
        if (newline < 0) break;
        start = newline + 1;
        continue;
      }
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      if (at === start && (unit === 37 || (unit === 46 && text.startsWith('...', at)))) throw notSimple;
      this.#line = { start, end, indent: at - start };
      return;
    }
    this.#line = undefined;
  }

  #isMarker({ start, end, indent }: Line): boolean {
    return indent === 0 && this.#text.startsWith('---', start) && (end === start + 3 || this.#text[start + 3] === ' ');
  }

  /** The line at hand when it goes on with a block at a column. */
  #continues(column: number): Line | undefined {
    const line = this.#line;
    if (line === undefined || this.#isMarker(line) || line.indent < column) return undefined;
    if (line.indent > column) throw notSimple;
    return line;
  }

  /** A collection or scalar that starts at an offset of a line. */
  #block(line: Line, offset: number, column: number): YamlNode {
    if (++this.#depth > maximumDepth) throw notSimple;
    const node = this.#isDash(offset, line.end)
      ? this.#sequence(line, offset, column)
      : this.#keyEnd(offset, line.end) === undefined
        ? this.#loneScalar(line, offset, column)
        : this.#mapping(line, offset, column);
    this.#depth--;
    return node;
  }

  /** Only as an item of a sequence; elsewhere it may go on over several lines. */
  #loneScalar(line: Line, offset: number, column: number): YamlNode {
    if (this.#text.charCodeAt(offset - 2) !== 45 || column === line.indent) throw notSimple;
    return this.#inline(line, offset, column - 1);
  }

  #sequence(first: Line, at: number, column: number): ListNode {
    const items: YamlNode[] = [];
    let line: Line | undefined = first;
    let dash = at;
    while (line !== undefined && this.#isDash(dash, line.end)) {
      let content = dash + 1;
      while (this.#text.charCodeAt(content) === 32) content++;
      if (content >= line.end || this.#text.charCodeAt(content) === 35) {
        this.#advance(line.end + 1);
        const next: Line | undefined = this.#line;
        if (next === undefined || this.#isMarker(next) || next.indent <= column) throw notSimple;
        items.push(this.#block(next, next.start + next.indent, next.indent));
      } else {
        const inner = column + content - dash;
        const nests = this.#isDash(content, line.end) || this.#keyEnd(content, line.end) !== undefined;
        items.push(nests ? this.#block(line, content, inner) : this.#inline(line, content, column));
      }
      line = this.#continues(column);
      dash = line ? line.start + line.indent : 0;
    }
    return new ListNode(this.#file, { start: at, end: items.at(-1)?.range.end ?? at }, items);
  }

  #mapping(first: Line, at: number, column: number): MapNode {
    const entries = new Map<string, Entry>();
    let line: Line | undefined = first;
    let offset = at;
    let end = at;
    while (line !== undefined) {
      const keyEnd = this.#keyEnd(offset, line.end);
      if (keyEnd === undefined || this.#isDash(offset, line.end)) {
        // `- item` at the column of the keys belongs to an enclosing sequence.
        if (line !== first && this.#isDash(offset, line.end)) break;
        throw notSimple;
      }
      const key = this.#key(offset, keyEnd);
      const name = key.source;
      if (name === '<<' || entries.has(name)) throw notSimple;
      const colon = this.#text.indexOf(':', keyEnd);
      const value = this.#value(line, colon + 1, column);
      entries.set(name, { name, key, value });
      end = Math.max(value.range.end, key.range.end);
      line = this.#continues(column);
      offset = line ? line.start + line.indent : 0;
    }
    return new MapNode(this.#file, { start: at, end }, entries);
  }

  /** What follows a key's colon, on its line or below. */
  #value(line: Line, from: number, column: number): YamlNode {
    let offset = from;
    while (this.#text.charCodeAt(offset) === 32) offset++;
    if (offset < line.end && this.#text.charCodeAt(offset) !== 35) return this.#inline(line, offset, column);
    this.#advance(line.end + 1);
    const next = this.#line;
    if (next !== undefined && !this.#isMarker(next)) {
      const start = next.start + next.indent;
      if (next.indent > column) return this.#block(next, start, next.indent);
      if (next.indent === column && this.#isDash(start, next.end)) return this.#block(next, start, column);
    }
    return new ScalarNode(this.#file, { start: from, end: from }, null, 'plain', '');
  }

  /** A value that starts on the line of its key or dash; goes to the next line. */
  #inline(line: Line, offset: number, column: number): YamlNode {
    const unit = this.#text[offset];
    if (unit === '|' || unit === '>') return this.#blockScalar(line, offset, column);
    let node: YamlNode;
    if (unit === '"' || unit === "'") node = this.#quoted(offset, line.end);
    else if (unit === '[' || unit === '{') node = this.#flow(offset, line.end);
    else node = this.#plain(offset, line.end);
    this.#expectEnd(node.range.end, line.end);
    this.#advance(line.end + 1);
    // Deeper lines would go on with the scalar.
    const next = this.#line;
    if (next !== undefined && !this.#isMarker(next) && next.indent > column) throw notSimple;
    return node;
  }

  #expectEnd(from: number, end: number): void {
    let at = from;
    while (at < end && this.#text.charCodeAt(at) === 32) at++;
    if (at < end && (this.#text.charCodeAt(at) !== 35 || at === from)) throw notSimple;
  }

  #plain(offset: number, lineEnd: number): ScalarNode {
    const rest = this.#text.slice(offset, lineEnd);
    if (/^[-?:](?:\s|$)|^[?:,[\]{}#&*!|>'"%@`]/.test(rest)) throw notSimple;
    const comment = rest.indexOf(' #');
    const text = (comment < 0 ? rest : rest.slice(0, comment)).trimEnd();
    if (/:(?:\s|$)/.test(text)) throw notSimple;
    return this.#plainScalar(offset, text);
  }

  #plainScalar(start: number, text: string): ScalarNode {
    const value = plainScalarValue(text);
    return new ScalarNode(
      this.#file,
      { start, end: start + text.length },
      value,
      'plain',
      typeof value === 'string' ? undefined : text,
    );
  }

  #quoted(offset: number, lineEnd: number): ScalarNode {
    const single = this.#text[offset] === "'";
    let end = offset + 1;
    for (;;) {
      if (end >= lineEnd) throw notSimple;
      const unit = this.#text[end];
      if (!single && unit === '\\') end++;
      else if (single && unit === "'" && this.#text[end + 1] === "'") end++;
      else if (unit === (single ? "'" : '"')) break;
      end++;
    }
    const raw = this.#text.slice(offset + 1, end);
    const value = single ? raw.replaceAll("''", "'") : unescaped(raw);
    return new ScalarNode(this.#file, { start: offset, end: end + 1 }, value, single ? 'single' : 'double');
  }

  #blockScalar(line: Line, offset: number, column: number): ScalarNode {
    const header = /^([|>])(-?)$/.exec(this.#text.slice(offset, line.end));
    if (header === null) throw notSimple;
    const lines: string[] = [];
    let indent = -1;
    let end = offset + 1;
    let start = line.end + 1;
    let blanks = 0;
    while (start < this.#text.length) {
      const newline = this.#text.indexOf('\n', start);
      const stop = newline < 0 ? this.#text.length : newline;
      let at = start;
      while (at < stop && this.#text.charCodeAt(at) === 32) at++;
      if (at === stop) {
        if (newline < 0 && at > start) throw notSimple;
        // Blanks beyond the block's own indentation are content, or a mistake.
        if (at - start > Math.max(indent, 0)) throw notSimple;
        blanks++;
      } else {
        if (indent < 0) {
          indent = at - start;
          if (indent <= column) throw notSimple;
        }
        if (at - start < indent) break;
        for (; blanks > 0; blanks--) lines.push('');
        lines.push(this.#text.slice(start + indent, stop));
        end = stop;
      }
      start = stop + 1;
    }
    if (lines.length === 0) throw notSimple;
    // Whether a block without a line end gets one is the full parser's to say.
    if (end >= this.#text.length) throw notSimple;
    const folded = header[1] === '>';
    // What blank, deeper or padded lines fold to is left to the full parser.
    if (folded && lines.some((text) => text === '' || text.startsWith(' ') || text.endsWith(' '))) throw notSimple;
    const tail = header[2] === '-' ? '' : '\n';
    while (end > offset && this.#text.charCodeAt(end - 1) === 32) end--;
    this.#advance(Math.min(start, this.#text.length));
    const next = this.#line;
    if (next !== undefined && !this.#isMarker(next) && next.indent > column) throw notSimple;
    return new ScalarNode(
      this.#file,
      { start: offset, end },
      lines.join(folded ? ' ' : '\n') + tail,
      folded ? 'folded' : 'literal',
    );
  }

  #flow(offset: number, lineEnd: number): YamlNode {
    if (++this.#depth > maximumDepth) throw notSimple;
    const node = this.#text[offset] === '[' ? this.#flowList(offset, lineEnd) : this.#flowMap(offset, lineEnd);
    this.#depth--;
    return node;
  }

  #flowList(offset: number, lineEnd: number): ListNode {
    const items: YamlNode[] = [];
    let at = this.#skipBlanks(offset + 1, lineEnd);
    while (this.#text[at] !== ']') {
      const item = this.#flowItem(at, lineEnd);
      items.push(item);
      at = this.#separator(item.range.end, lineEnd, ']');
    }
    return new ListNode(this.#file, { start: offset, end: at + 1 }, items, true);
  }

  #flowMap(offset: number, lineEnd: number): MapNode {
    const entries = new Map<string, Entry>();
    let at = this.#skipBlanks(offset + 1, lineEnd);
    while (this.#text[at] !== '}') {
      const quoted = this.#text[at] === '"' || this.#text[at] === "'";
      const key = quoted ? this.#quoted(at, lineEnd) : this.#flowPlain(at, lineEnd);
      const name = key.source;
      const colon = this.#skipBlanks(key.range.end, lineEnd);
      const next = this.#text[colon + 1];
      if (this.#text[colon] !== ':' || next !== ' ' || name === '<<' || entries.has(name)) throw notSimple;
      const value = this.#flowItem(this.#skipBlanks(colon + 1, lineEnd), lineEnd);
      entries.set(name, { name, key, value });
      at = this.#separator(value.range.end, lineEnd, '}');
    }
    return new MapNode(this.#file, { start: offset, end: at + 1 }, entries, true);
  }

  #flowItem(at: number, lineEnd: number): YamlNode {
    const unit = this.#text[at];
    if (unit === '[' || unit === '{') return this.#flow(at, lineEnd);
    return unit === '"' || unit === "'" ? this.#quoted(at, lineEnd) : this.#flowPlain(at, lineEnd);
  }

  #flowPlain(at: number, lineEnd: number): ScalarNode {
    let end = at;
    while (end < lineEnd && !',[]{}'.includes(this.#text.charAt(end)) && !this.#text.startsWith(': ', end)) end++;
    const text = this.#text.slice(at, end).trimEnd();
    if (text === '' || /^[?:]|^-(?![\w-])|^[#&*!|>'"%@`]| #|:$|[:][,[\]{}]/.test(text)) throw notSimple;
    return this.#plainScalar(at, text);
  }

  /** Past a comma to the next item, or at the closing sign. */
  #separator(from: number, lineEnd: number, close: string): number {
    const at = this.#skipBlanks(from, lineEnd);
    if (this.#text[at] === close) return at;
    if (this.#text[at] !== ',') throw notSimple;
    const next = this.#skipBlanks(at + 1, lineEnd);
    if (this.#text[next] === close) throw notSimple;
    return next;
  }

  #skipBlanks(from: number, lineEnd: number): number {
    let at = from;
    while (at < lineEnd && this.#text.charCodeAt(at) === 32) at++;
    if (at >= lineEnd) throw notSimple;
    return at;
  }

  #isDash(offset: number, lineEnd: number): boolean {
    return this.#text.charCodeAt(offset) === 45 && (offset + 1 >= lineEnd || this.#text.charCodeAt(offset + 1) === 32);
  }

  /** Where the key that starts at an offset ends; undefined when there is no key. */
  #keyEnd(offset: number, lineEnd: number): number | undefined {
    const unit = this.#text[offset];
    if (unit === '"' || unit === "'") {
      const { end } = this.#quoted(offset, lineEnd).range;
      return this.#isColon(end, lineEnd) ? end : undefined;
    }
    if (unit === '[' || unit === '{') return undefined;
    for (let at = this.#text.indexOf(':', offset); at >= 0 && at < lineEnd; at = this.#text.indexOf(':', at + 1)) {
      if (!this.#isColon(at, lineEnd)) continue;
      const text = this.#text.slice(offset, at);
      if (text.includes(' #')) return undefined;
      return offset + text.trimEnd().length;
    }
    return undefined;
  }

  #isColon(at: number, lineEnd: number): boolean {
    return this.#text[at] === ':' && (at + 1 >= lineEnd || this.#text.charCodeAt(at + 1) === 32);
  }

  #key(offset: number, end: number): ScalarNode {
    const unit = this.#text[offset];
    if (unit === '"' || unit === "'") return this.#quoted(offset, end);
    const text = this.#text.slice(offset, end);
    if (text === '' || text.length > 500 || /^[-?:](?:\s|$)|^[?:,[\]{}#&*!|>'"%@`]/.test(text)) throw notSimple;
    return this.#plainScalar(offset, text);
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', '/': '/' };

function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(.)/g, (_whole, unit: string) => {
    const value = escapes[unit];
    if (value === undefined) throw notSimple;
    return value;
  });
}
