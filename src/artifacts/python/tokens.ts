import type { TextRange } from '../source-file.ts';

/** What a token is. Keywords are names; what an operator is, its text says. */
export type TokenKind = 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';

/** A token; `text` is that of names and operators, and empty for all others. */
export interface Token extends TextRange {
  readonly kind: TokenKind;
  readonly text: string;
}

/** The tokens of a module or of an expression, and the first place that none can start at. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly error: TextRange | undefined;
}

/** A replacement field of an f-string: from its `{` to after its `}`, and the expression in it. */
export interface ReplacementField extends TextRange {
  readonly expression: TextRange;
}

const stringPrefix = /^(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])$/;
const numberAt =
  /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y;
const operatorAt = /\*\*=?|\/\/=?|>>=?|<<=?|->|:=|\.\.\.|[+\-*/%@&|^<>=!]=|[-+*/%@&|^~<>=()[\]{},:.;]/y;
/** No expression has these at the start of a line, so brackets that are still open there were forgotten. */
const startsStatement = new Set(
  'def class return raise while try with import pass break continue global nonlocal assert del except finally elif'.split(
    ' ',
  ),
);

/**
 * Splits Python into tokens, with those for the ends of lines and for indentation.
 *
 * @param text the module's source
 * @param range an expression in it, where line ends mean nothing; the whole module when left out
 * @see https://docs.python.org/3/reference/lexical_analysis.html
 */
export function tokenize(text: string, range?: TextRange): Tokens {
  return new Tokenizer(text, range).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #end: number;
  readonly #nested: boolean;
  readonly #tokens: Token[] = [];
  readonly #indents: number[] = [0];
  readonly #open: number[] = [];
  #at: number;
  #error: TextRange | undefined;

  constructor(text: string, range: TextRange | undefined) {
    this.#text = text;
    this.#nested = range !== undefined;
    this.#at = range?.start ?? 0;
    this.#end = range?.end ?? text.length;
  }

  run(): Tokens {
    let lineStart = !this.#nested;
    while (this.#at < this.#end) {
      if (lineStart) {
        if (this.#skipEmptyLine()) continue;
        this.#indentation();
        lineStart = false;
      }
      lineStart = this.#token();
    }
    const unclosed = this.#open[0];
    if (unclosed !== undefined) this.#fail(unclosed);
    if (!this.#nested && this.#tokens.length > 0 && this.#tokens.at(-1)?.kind !== 'newline')
      this.#push('newline', this.#end, this.#end);
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#push('dedent', this.#end, this.#end);
    }
    this.#push('end', this.#end, this.#end);
    return { tokens: this.#tokens, error: this.#error };
  }

  #push(kind: TokenKind, start: number, end: number, text = ''): void {
    this.#tokens.push({ kind, text, start, end });
  }

  #fail(start: number): void {
    if (this.#error === undefined || start < this.#error.start) this.#error = { start, end: start + 1 };
  }

  #skipEmptyLine(): boolean {
    let at = this.#at;
    let unit = this.#text.charCodeAt(at);
    while (unit === 32 || unit === 9 || unit === 12) unit = this.#text.charCodeAt(++at);
    if (unit === 35) at = this.#lineEnd(at);
    unit = this.#text.charCodeAt(at);
    if (at < this.#end && unit !== 10 && unit !== 13) return false;
    this.#at = at + 1;
    return true;
  }

  #lineEnd(from: number): number {
    let at = from;
    while (at < this.#end && this.#text.charCodeAt(at) !== 10 && this.#text.charCodeAt(at) !== 13) at++;
    return at;
  }

  #indentation(): void {
    let width = 0;
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === 32) width++;
      else if (unit === 9) width = (width | 7) + 1;
      else if (unit === 12) width = 0;
      else break;
    }
    const current = this.#indents.at(-1) ?? 0;
    if (width > current) {
      this.#indents.push(width);
      this.#push('indent', this.#at, this.#at);
      return;
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#push('dedent', this.#at, this.#at);
    }
    if (width > (this.#indents.at(-1) ?? 0)) {
      this.#fail(this.#at);
      this.#indents.push(width);
      this.#push('indent', this.#at, this.#at);
    }
  }

  /** Takes one token, or what stands between two; tells whether a new line starts. */
  #token(): boolean {
    const text = this.#text;
    const start = this.#at;
    const unit = text.charCodeAt(start);
    if (unit === 32 || unit === 9 || unit === 12) {
      this.#at++;
      return false;
    }
    if (unit === 35) {
      this.#at = this.#lineEnd(start);
      return false;
    }
    if (unit === 10 || unit === 13) {
      this.#at += unit === 13 && text.charCodeAt(start + 1) === 10 ? 2 : 1;
      if (this.#nested || (this.#open.length > 0 && !this.#forgotten())) return false;
      this.#push('newline', start, this.#at);
      return true;
    }
    if (unit === 92) return this.#continuation();
    if (isNameUnit(unit) && !isDigit(unit)) {
      this.#name();
      return false;
    }
    if (isDigit(unit) || (unit === 46 && isDigit(text.charCodeAt(start + 1)))) {
      this.#take(numberAt, 'number');
      return false;
    }
    if (unit === 34 || unit === 39) {
      this.#string(start, start);
      return false;
    }
    if (unit === 40 || unit === 91 || unit === 123) this.#open.push(start);
    else if (unit === 41 || unit === 93 || unit === 125) this.#open.pop();
    this.#take(operatorAt, 'operator');
    return false;
  }

  #continuation(): boolean {
    const next = this.#text.charCodeAt(this.#at + 1);
    if (next !== 10 && next !== 13 && this.#at + 1 < this.#end) this.#fail(this.#at);
    this.#at += next === 13 && this.#text.charCodeAt(this.#at + 2) === 10 ? 3 : 2;
    return false;
  }

  /** Whether the line that starts here shows that the open brackets were never closed. */
  #forgotten(): boolean {
    const word = /[ \t\f]*([a-z]+)\b(?![ \t]*[=.])/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[1];
    if (found === undefined || !startsStatement.has(found)) return false;
    this.#fail(this.#open[0] ?? this.#at);
    this.#open.length = 0;
    return true;
  }

  #take(pattern: RegExp, kind: TokenKind): void {
    const start = this.#at;
    pattern.lastIndex = start;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) {
      this.#fail(start);
      this.#at++;
      return;
    }
    this.#at = start + found.length;
    this.#push(kind, start, this.#at, kind === 'operator' ? found : '');
  }

  #name(): void {
    const start = this.#at;
    let at = start + 1;
    while (isNameUnit(this.#text.charCodeAt(at))) at++;
    const unit = this.#text.charCodeAt(at);
    const name = this.#text.slice(start, at);
    if ((unit === 34 || unit === 39) && name.length < 3 && stringPrefix.test(name)) {
      this.#string(start, at);
      return;
    }
    this.#at = at;
    this.#push('name', start, at, name);
  }

  #string(start: number, quote: number): void {
    const end = endOfString(this.#text, start, quote, this.#end);
    if (end === undefined) {
      this.#fail(start);
      this.#at = this.#lineEnd(quote);
    } else this.#at = end;
    this.#push('string', start, this.#at);
  }
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isNameUnit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95 || isDigit(unit) || unit > 127;
}

/**
 * Where a string literal ends.
 *
 * @param start where its prefix starts
 * @param quote where its opening quotes start
 * @param limit where the text ends
 * @param onField is told each replacement field, the outermost ones only
 * @returns the offset after the closing quotes; undefined where there are none
 */
export function endOfString(
  text: string,
  start: number,
  quote: number,
  limit: number,
  onField?: (field: ReplacementField) => void,
): number | undefined {
  const mark = text.charAt(quote);
  const triple = text.startsWith(mark.repeat(3), quote);
  const prefix = text.slice(start, quote).toLowerCase();
  const format = prefix.includes('f') || prefix.includes('t');
  const raw = prefix.includes('r');
  const closing = triple ? mark.repeat(3) : mark;
  const unit = mark.charCodeAt(0);
  for (let at = quote + closing.length; at < limit; at++) {
    const current = text.charCodeAt(at);
    if (current === unit && text.startsWith(closing, at)) return at + closing.length;
    if (current === 92) {
      const next = text[at + 1];
      if (format && !raw && next === 'N' && text[at + 2] === '{') {
        const close = text.indexOf('}', at);
        if (close > 0) at = close;
      } else if (!format || (next !== '{' && next !== '}')) at += next === '\r' && text[at + 2] === '\n' ? 2 : 1;
    } else if ((current === 10 || current === 13) && !triple) return undefined;
    else if (format && current === 123) {
      if (text[at + 1] === '{') at++;
      else {
        const end = endOfField(text, at, limit, closing, onField);
        if (end === undefined) return undefined;
        at = end - 1;
      }
    }
  }
  return undefined;
}

/** Where the replacement field ends that starts with the `{` at an offset; its own strings may use any quotes (PEP 701). */
function endOfField(
  text: string,
  open: number,
  limit: number,
  closing: string,
  onField?: (field: ReplacementField) => void,
): number | undefined {
  let depth = 0;
  let expressionEnd: number | undefined;
  for (let at = open + 1; at < limit; at++) {
    const unit = text.charAt(at);
    if (expressionEnd !== undefined) {
      // The format specification: text, and fields of its own.
      if (unit === '{') {
        const end = endOfField(text, at, limit, closing);
        if (end === undefined) return undefined;
        at = end - 1;
      } else if (text.startsWith(closing, at)) return undefined;
    } else if (unit === '"' || unit === "'") {
      let start = at;
      while (start > at - 2 && /[a-zA-Z]/.test(text.charAt(start - 1))) start--;
      if (start < at && !stringPrefix.test(text.slice(start, at))) start = at;
      const end = endOfString(text, start, at, limit);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (unit === '#') {
      while (at < limit && text[at] !== '\n') at++;
    } else if (unit === '(' || unit === '[' || unit === '{') depth++;
    else if (depth > 0 && (unit === ')' || unit === ']' || unit === '}')) {
      depth--;
      continue;
    } else if (depth === 0 && (unit === ':' || (unit === '!' && text[at + 1] !== '='))) expressionEnd = at;
    if (unit === '}' && depth === 0 && text[at] === '}') {
      const end = expressionEnd ?? at;
      onField?.({ start: open, end: at + 1, expression: { start: open + 1, end } });
      return at + 1;
    }
  }
  return undefined;
}
