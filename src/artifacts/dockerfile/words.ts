import type { Assignment, Flag, Word } from './dockerfile.ts';
import type { LogicalLine } from './lines.ts';

/** Splits a stretch of an instruction at white space outside quotes. */
export function splitWords(line: LogicalLine, from: number, mark: string): readonly Word[] {
  const words: Word[] = [];
  const { text } = line;
  let offset = from;
  while (offset < text.length) {
    while (offset < text.length && isBlank(text[offset])) offset++;
    if (offset >= text.length) break;
    const start = offset;
    let quote = '';
    while (offset < text.length && (quote !== '' || !isBlank(text[offset]))) {
      const unit = text[offset];
      if (unit === mark && quote !== "'") offset++;
      else if (quote === '' && (unit === '"' || unit === "'")) quote = unit;
      else if (unit === quote) quote = '';
      offset++;
    }
    offset = Math.min(offset, text.length);
    words.push(wordAt(line, start, offset, mark));
  }
  return words;
}

/** The word between two offsets of the joined text. */
function wordAt(line: LogicalLine, start: number, end: number, mark: string): Word {
  const raw = line.text.slice(start, end);
  return { file: line.file, range: line.range(start, end), raw, value: unquote(raw, mark) };
}

/** Removes quotes and escapes, as the Dockerfile front end does for words that are no shell script. */
function unquote(raw: string, mark: string): string {
  if (!/["'\\`]/.test(raw)) return raw;
  let value = '';
  let quote = '';
  for (let offset = 0; offset < raw.length; offset++) {
    const unit = raw.charAt(offset);
    if (unit === mark && quote !== "'") {
      const next = raw.charAt(++offset);
      // A backslash before `$` is kept: it says that no variable is meant.
      if (next === '$' || (quote === '"' && next !== '"' && next !== mark)) value += unit;
      value += next;
    } else if (quote === '' && (unit === '"' || unit === "'")) quote = unit;
    else if (unit === quote) quote = '';
    else value += unit;
  }
  return value;
}

/** Reads the flags at the start of an argument; gives them and the offset after them. */
export function readFlags(line: LogicalLine, from: number): { readonly flags: readonly Flag[]; readonly end: number } {
  const flags: Flag[] = [];
  const pattern = /\s*--([A-Za-z][\w-]*)(?:=("[^"]*"|'[^']*'|\S*))?(?=\s|$)/y;
  let end = from;
  for (;;) {
    pattern.lastIndex = end;
    const match = pattern.exec(line.text);
    if (match === null) return { flags, end };
    const start = end + match[0].indexOf('--');
    end += match[0].length;
    const value = match[2]?.replace(/^(["'])(.*)\1$/, '$2');
    flags.push({ file: line.file, range: line.range(start, end), name: match[1] ?? '', value });
  }
}

/** Reads a JSON array of strings with the place of each; undefined when the text is none. */
export function readExecForm(line: LogicalLine, from: number): readonly Word[] | undefined {
  const text = line.text.slice(from);
  if (!text.startsWith('[')) return undefined;
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(items) || items.some((item) => typeof item !== 'string')) return undefined;
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((place, index) => {
    const start = from + place.index;
    const raw = place[0];
    return { file: line.file, range: line.range(start, start + raw.length), raw, value: String(items[index]) };
  });
}

/** Reads the pairs of ENV, ARG and LABEL. */
export function readAssignments(line: LogicalLine, keyword: string, from: number, mark: string): readonly Assignment[] {
  const words = splitWords(line, from, mark);
  const [first] = words;
  if (first === undefined) return [];
  const { file } = line;
  if (keyword !== 'ARG' && !first.raw.includes('=')) {
    const rest = line.text.slice(from + first.raw.length);
    const start = from + first.raw.length + (rest.length - rest.trimStart().length);
    const value = words.length > 1 ? wordAt(line, start, line.text.trimEnd().length, mark) : undefined;
    return [{ file, range: first.range, name: first.value, value, legacy: true }];
  }
  return words.map((word) => {
    const equals = word.raw.indexOf('=');
    if (equals < 0) return { file, range: word.range, name: word.value, value: undefined, legacy: false };
    const raw = word.raw.slice(equals + 1);
    const range = { start: Math.max(word.range.start, word.range.end - raw.length), end: word.range.end };
    const value: Word = { file, range, raw, value: unquote(raw, mark) };
    return { file, range: word.range, name: unquote(word.raw.slice(0, equals), mark), value, legacy: false };
  });
}

function isBlank(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\t' || unit === '\n' || unit === '\r';
}
