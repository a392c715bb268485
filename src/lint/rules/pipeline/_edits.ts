import type { MapNode } from '../../../artifacts/yaml/node.ts';
import { type Edit, indentOf, insertLinesAfter, insertLinesBefore, lineEnd } from '../../edit.ts';

/** Adds lines of a new key behind another key; none where the mapping is written in one line or the key is elsewhere. */
export function addKeyAfter(map: MapNode, name: string, ...lines: readonly string[]): readonly Edit[] {
  const entry = map.entries.get(name);
  if (entry === undefined || map.flow || !isOwn(map, name)) return [];
  const indent = ' '.repeat(entry.key.file.position(entry.key.range.start).column - 1);
  const { file } = map;
  const range = { start: entry.key.range.start, end: Math.max(entry.key.range.end, entry.value.range.end) };
  return [insertLinesAfter({ file, range }, lines.map((line) => indent + line).join(lineEnd(file)))];
}

/** Adds lines of a new key and an empty line before a top-level key, above the comments that belong to that one. */
export function addKeyBefore(map: MapNode, name: string, ...lines: readonly string[]): readonly Edit[] {
  const entry = map.entries.get(name);
  if (entry === undefined || map.flow || !isOwn(map, name)) return [];
  const { file } = map;
  let { start } = entry.key.range;
  for (;;) {
    const before = file.text.lastIndexOf('\n', start - 2) + 1;
    if (start === 0 || before >= start || !file.text.slice(before, start).startsWith('#')) break;
    start = before;
  }
  return [insertLinesBefore({ file, range: { start, end: start } }, [...lines, ''].join(lineEnd(file)))];
}

/** Puts a block mapping in the place of a key's value; none where there is nothing to put or the mapping is in one line. */
export function replaceByMap(map: MapNode, name: string, lines: readonly string[]): readonly Edit[] {
  const entry = map.entries.get(name);
  if (entry === undefined || lines.length === 0 || map.flow || !isOwn(map, name)) return [];
  const { file } = map;
  const eol = lineEnd(file);
  const indent = `${indentOf(entry.key)}  `;
  const range = { start: entry.key.range.end, end: entry.value.range.end };
  return [{ file, range, text: `:${lines.map((line) => eol + indent + line).join('')}` }];
}

function isOwn(map: MapNode, name: string): boolean {
  const { key, value } = map.entries.get(name) ?? {};
  return key?.file === map.file && value?.file === map.file && value.range.start >= key.range.end;
}
