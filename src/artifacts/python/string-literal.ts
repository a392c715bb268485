/** A string literal taken apart. */
export interface StringLiteral {
  readonly value: string;
  readonly bytes: boolean;
  /** Length of the prefix with the opening quotes. */
  readonly contentStart: number;
  /** Length of the closing quotes. */
  readonly contentEnd: number;
  /** Decodes the escapes of a stretch of its content. */
  decode(raw: string): string;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
]);

/**
 * Decodes a Python string literal: prefixes, triple quotes, escapes.
 *
 * @param source the literal as written
 * @see https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
 */
export function decodeString(source: string): StringLiteral {
  const prefix = /^[A-Za-z]*/.exec(source)?.[0].toLowerCase() ?? '';
  const rest = source.slice(prefix.length);
  const quotes = rest.startsWith('"""') || rest.startsWith("'''") ? 3 : 1;
  const closed = rest.length >= quotes * 2 && rest.endsWith(rest.slice(0, quotes));
  const contentStart = prefix.length + quotes;
  const contentEnd = closed ? quotes : 0;
  const raw = prefix.includes('r');
  const format = prefix.includes('f') || prefix.includes('t');
  const decode = (text: string): string => {
    const unescaped = raw || !text.includes('\\') ? text : unescapeText(text);
    return format ? unescaped.replaceAll('{{', '{').replaceAll('}}', '}') : unescaped;
  };
  return {
    value: decode(source.slice(contentStart, source.length - contentEnd)),
    bytes: prefix.includes('b'),
    contentStart,
    contentEnd,
    decode,
  };
}

function unescapeText(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (found, byte?: string, short?: string, long?: string, other?: string) => {
      const hex = byte ?? short ?? long;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : found;
      }
      return ESCAPES.get(other ?? '') ?? found;
    },
  );
}
