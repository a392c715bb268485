import type { Location } from '../artifacts/source-file.ts';
import { type Entry, type ListNode, MapNode, ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';
import { type Edit, lineEnd, replace } from './edit.ts';

/**
 * Sets the value at a path of keys, making the mappings on the way. Layout and comments stay.
 *
 * @param map where the path starts
 * @param value YAML text of the value, unindented; it may have several lines
 * @returns the edits for a finding's `fix`; empty where the place cannot be edited safely (the mapping is joined from
 *   several files, or a key on the way holds something else)
 * @example setPath(container.root, ['securityContext', 'readOnlyRootFilesystem'], 'true')
 */
export function setPath(map: MapNode, path: readonly string[], value: string): readonly Edit[] {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  const entry = map.entries.get(name);
  if (entry !== undefined) {
    if (!isWrittenIn(entry, map)) return [];
    const known = entry.value;
    if (known instanceof MapNode && (known.entries.size > 0 || known.flow) && rest.length > 0)
      return setPath(known, rest, value);
    if (rest.length > 0 && !(known instanceof ScalarNode && known.value === null) && !(known instanceof MapNode))
      return [];
    return replaceEntry(map, entry, nested(rest, value));
  }
  return addEntry(map, `${name}:${spaced(nested(rest, value))}`);
}

/** Removes a key with its value; empty where that is not safe, for example because it is the only key. */
export function removeKey(map: MapNode, name: string): readonly Edit[] {
  const entry = map.entries.get(name);
  const own = ownEntries(map);
  if (entry === undefined || map.flow || own.length < 2 || !own.includes(entry)) return [];
  const { text } = map.file;
  const start = lineStart(text, entry.key.range.start);
  // The first key of a list item shares its line with the dash.
  if (text.slice(start, entry.key.range.start).trim() !== '') return [];
  const newline = text.indexOf('\n', entryEnd(entry));
  const range = { start, end: newline < 0 ? text.length : newline + 1 };
  return [{ file: map.file, range, text: '' }];
}

/** Removes an item of a list; empty where it is the only one or shares its line. */
export function removeItem(list: ListNode, item: YamlNode): readonly Edit[] {
  const { text } = list.file;
  if (list.flow || list.items.length < 2 || item.file !== list.file || !contains(list, item)) return [];
  const start = lineStart(text, item.range.start);
  if (!/^\s*-\s*$/.test(text.slice(start, item.range.start))) return [];
  const newline = text.indexOf('\n', Math.max(item.range.start, item.range.end - 1));
  return [{ file: list.file, range: { start, end: newline < 0 ? text.length : newline + 1 }, text: '' }];
}

/**
 * Adds an item at the end of a list.
 *
 * @param value YAML text of the item, unindented
 */
export function appendItem(list: ListNode, value: string): readonly Edit[] {
  const { file } = list;
  const last = list.items.at(-1);
  if (list.flow) {
    const end = list.range.end - 1;
    if (file.text[end] !== ']' || value.includes('\n')) return [];
    const text = list.items.length === 0 ? value : `, ${value}`;
    const at = last ? last.range.end : end;
    return [{ file, range: { start: at, end: at }, text }];
  }
  if (last === undefined || last.file !== file || !contains(list, last)) return [];
  const dash = file.text.lastIndexOf('-', last.range.start - 1);
  const indent = file.text.slice(lineStart(file.text, dash), dash);
  if (dash < list.range.start || indent.trim() !== '') return [];
  return [insertAfterLine(list, last.range.end, `${indent}- ${indented(value, `${indent}  `)}`)];
}

/**
 * Replaces a scalar by a plain or quoted one, keeping what follows on its line.
 *
 * @param text the new value as YAML text
 */
export function replaceScalar(node: ScalarNode, text: string): readonly Edit[] {
  return node.style === 'literal' || node.style === 'folded' ? [] : [replace(node, text)];
}

/** A string as a YAML scalar: plain where that reads back as the same string, else in double quotes. */
export function yamlString(text: string): string {
  const plain =
    /^[A-Za-z_./][\w./@+-]*(?::[\w./@+-]+)*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n|~)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

function replaceEntry(map: MapNode, entry: Entry, value: string): readonly Edit[] {
  const known = entry.value;
  if (known instanceof ScalarNode && known.style !== 'literal' && known.style !== 'folded') {
    if (!value.startsWith('\n') && !value.includes('\n')) {
      const gap = known.range.start === known.range.end && map.file.text[known.range.start - 1] === ':' ? ' ' : '';
      return [{ file: map.file, range: known.range, text: gap + value }];
    }
    if (known.value !== null || map.flow) return [];
    const keyIndent = ' '.repeat(columnOf(entry.key));
    const colon = map.file.text.indexOf(':', entry.key.range.end) + 1;
    return [{ file: map.file, range: { start: colon, end: colon }, text: endings(map, indented(value, keyIndent)) }];
  }
  if (known.kind !== 'scalar' && known.flow && !value.includes('\n')) return [replace(known, value)];
  return [];
}

function addEntry(map: MapNode, line: string): readonly Edit[] {
  const own = ownEntries(map);
  const last = own.at(-1);
  if (map.flow) {
    const close = map.range.end - 1;
    const flat = flatten(line);
    if (map.file.text[close] !== '}' || flat === undefined) return [];
    const at = last ? Math.max(last.value.range.end, last.key.range.end) : close;
    const text = last ? `, ${flat}` : map.file.text.slice(map.range.start, close) === '{' ? ` ${flat} ` : flat;
    return [{ file: map.file, range: { start: at, end: at }, text }];
  }
  if (last === undefined) return [];
  const indent = ' '.repeat(columnOf(own[0]?.key ?? last.key));
  return [insertAfterLine(map, entryEnd(last), indent + indented(line, indent))];
}

/** `{a: {b: c}}` for text that `nested` made; undefined for any other text of several lines. */
function flatten(line: string): string | undefined {
  const keys: string[] = [];
  const parts = line.split('\n').map((part) => part.trim());
  for (const part of parts.slice(0, -1)) {
    if (!/^[\w./-]+:$/.test(part)) return undefined;
    keys.push(part);
  }
  const last = parts.at(-1) ?? '';
  return keys.length === 0 ? last : `${keys.join(' { ')} { ${last}${' }'.repeat(keys.length)}`;
}

/** The text of a value below some more keys, each a level deeper; starts with a line end when it is a mapping. */
function nested(path: readonly string[], value: string): string {
  const [name, ...rest] = path;
  if (name === undefined)
    return value.includes('\n') || /^- /.test(value) || /^[\w./-]+:(?:\s|$)/.test(value) ? `\n${shift(value)}` : value;
  return `\n${shift(`${name}:${spaced(nested(rest, value))}`)}`;
}

function spaced(value: string): string {
  return value.startsWith('\n') ? value : ` ${value}`;
}

function shift(text: string): string {
  return `  ${indented(text, '  ')}`;
}

/** Indents all lines but the first. */
function indented(text: string, indent: string): string {
  return text.replace(/\n(?!\n|$)/g, `\n${indent}`);
}

function insertAfterLine(owner: Location, offset: number, text: string): Edit {
  const { file } = owner;
  const newline = file.text.indexOf('\n', Math.max(0, offset - 1));
  const end = newline < 0 ? file.text.length : newline + 1;
  const eol = lineEnd(file);
  const body = endings(owner, text);
  return { file, range: { start: end, end }, text: newline < 0 ? eol + body : body + eol };
}

function endings({ file }: Location, text: string): string {
  return lineEnd(file) === '\n' ? text : text.replaceAll('\n', '\r\n');
}

/** The entries that are written in the mapping itself, not merged in from elsewhere, in the order of the file. */
function ownEntries(map: MapNode): readonly Entry[] {
  return [...map.entries.values()]
    .filter((entry) => isWrittenIn(entry, map))
    .sort((left, right) => left.key.range.start - right.key.range.start);
}

function isWrittenIn(entry: Entry, map: MapNode): boolean {
  const inside = entry.key.file === map.file && contains(map, entry.key);
  return (
    inside &&
    entry.value.file === map.file &&
    entry.value.range.start >= entry.key.range.end &&
    contains(map, entry.value)
  );
}

function contains(outer: Location, inner: Location): boolean {
  return inner.range.start >= outer.range.start && inner.range.end <= outer.range.end;
}

function entryEnd(entry: Entry): number {
  return Math.max(entry.key.range.end, entry.value.range.end);
}

function columnOf({ file, range }: Location): number {
  return range.start - lineStart(file.text, range.start);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
