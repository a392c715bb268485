import type { TextRange } from '../source-file.ts';

/** Translates offsets of an extracted text to offsets of the file that contains it. */
export interface OffsetMap {
  /** The file offset of a text offset; an offset past the end gives the end. */
  toFile(offset: number): number;
}

/** A text that stands in its file character for character, from `base` on. */
export function shiftedBy(base: number): OffsetMap {
  return { toFile: (offset) => base + offset };
}

/**
 * Maps a text to the stretch of a file it was folded, unindented or unescaped from, by walking both: white space may
 * be missing or different on either side, escapes and doubled quotes are skipped. Nothing is computed before the
 * first question.
 *
 * @param text the resolved text, for example a YAML scalar's value
 * @param source the file's whole text
 * @param range where in the file the text was written, with its quotes or block header
 */
export function alignedWith(text: string, source: string, range: TextRange): OffsetMap {
  let offsets: Uint32Array | undefined;
  return {
    toFile(offset) {
      offsets ??= align(text, source, range);
      return offsets[Math.max(0, Math.min(offset, text.length))] ?? range.end;
    },
  };
}

function align(text: string, source: string, range: TextRange): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let place = contentStart(source, range);
  const escapes = source[range.start] === '"';
  for (let index = 0; index < text.length; index++) {
    while (escapes && /^\\\r?\n/.test(source.slice(place, place + 3))) {
      place = source.indexOf('\n', place) + 1;
      while (isBlank(source.charCodeAt(place))) place++;
    }
    if (escapes && source.charCodeAt(place) === 92) {
      offsets[index] = place;
      place += ESCAPE_LENGTHS.get(source[place + 1] ?? '') ?? 2;
      continue;
    }
    const wanted = text.charCodeAt(index);
    if (wanted === 10) {
      const found = source.indexOf('\n', place);
      const blank = found >= 0 && found < range.end && source.slice(place, found).trim() === '';
      offsets[index] = blank ? found : place;
      if (blank) place = found + 1;
      continue;
    }
    let next = place;
    while (next < range.end && source.charCodeAt(next) !== wanted && isSkippable(source, next, wanted)) next++;
    if (next < range.end && source.charCodeAt(next) === wanted) {
      offsets[index] = next;
      place = next + 1;
    } else {
      offsets[index] = place;
    }
  }
  offsets[text.length] = Math.min(place, range.end);
  return offsets;
}

/** YAML 1.2, section 5.7: escapes that are longer than two characters. */
const ESCAPE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['x', 4],
  ['u', 6],
  ['U', 10],
]);

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9;
}

function isSkippable(source: string, offset: number, wanted: number): boolean {
  const unit = source.charCodeAt(offset);
  const blank = unit === 32 || unit === 9 || unit === 10 || unit === 13;
  if (wanted === 32 || wanted === 9) return unit === 10 || unit === 13 || unit === 92;
  return blank || unit === 92 || unit === 39;
}

/** Skips the opening quote, or the block header with its comment. */
function contentStart(source: string, range: TextRange): number {
  const first = source[range.start];
  if (first === '"' || first === "'") return range.start + 1;
  if (first !== '|' && first !== '>') return range.start;
  const newline = source.indexOf('\n', range.start);
  return newline < 0 || newline >= range.end ? range.end : newline + 1;
}
