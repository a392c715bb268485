import type { Location, SourceFile, TextRange } from '../artifacts/source-file.ts';

/** One replacement in one file. */
export interface Edit extends Location {
  readonly text: string;
}

/** Replaces what a place covers. */
export function replace(where: Location, text: string): Edit {
  return { file: where.file, range: where.range, text };
}

/** Inserts text before a place. */
export function insertBefore(where: Location, text: string): Edit {
  return { file: where.file, range: { start: where.range.start, end: where.range.start }, text };
}

/** Inserts text after a place. */
export function insertAfter(where: Location, text: string): Edit {
  return { file: where.file, range: { start: where.range.end, end: where.range.end }, text };
}

/** Removes the whole lines that a place touches, line end included. */
export function removeLines(where: Location): Edit {
  return { file: where.file, range: wholeLines(where), text: '' };
}

/** Inserts whole lines (without the last line end) before the line on which a place starts. */
export function insertLinesBefore(where: Location, lines: string): Edit {
  const { start } = wholeLines(where);
  return { file: where.file, range: { start, end: start }, text: `${lines}${lineEnd(where.file)}` };
}

/** Inserts whole lines (without the last line end) after the line on which a place ends. */
export function insertLinesAfter(where: Location, lines: string): Edit {
  const { end } = wholeLines(where);
  const { text } = where.file;
  const closed = end === 0 || text[end - 1] === '\n' || text[end - 1] === '\r';
  const eol = lineEnd(where.file);
  return { file: where.file, range: { start: end, end }, text: closed ? `${lines}${eol}` : `${eol}${lines}` };
}

/** The white space in front of the first thing on the line where a place starts. */
export function indentOf(where: Location): string {
  const { start } = wholeLines(where);
  return /^[ \t]*/.exec(where.file.text.slice(start, where.range.start + 1))?.[0] ?? '';
}

/** The line end that a file uses. */
export function lineEnd(file: SourceFile): '\r\n' | '\n' {
  return file.text.includes('\r\n') ? '\r\n' : '\n';
}

function wholeLines({ file, range }: Location): TextRange {
  const { text } = file;
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = text.indexOf('\n', Math.max(range.start, range.end - 1));
  return { start: range.start === 0 ? 0 : start, end: newline < 0 ? text.length : newline + 1 };
}
