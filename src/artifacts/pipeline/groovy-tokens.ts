import type { TextRange } from '../source-file.ts';

/** A token of Groovy, as far as a Jenkinsfile needs to be told apart. */
export interface GroovyToken extends TextRange {
  readonly kind: 'word' | 'string' | 'number' | 'sign' | 'line';
  /** A string's content without quotes, escapes kept; anything else as written. */
  readonly text: string;
  /** Where a string's content starts. */
  readonly content: number;
  /** Whether `${…}` in a string is replaced before it is used. */
  readonly interpolated: boolean;
}

/** What was read, and where it could not go on. */
export interface GroovyTokens {
  readonly tokens: readonly GroovyToken[];
  /** The start of a string or comment that never ends. */
  readonly unclosed: number | undefined;
}

const quotes = ["'''", '"""', '$/', "'", '"'] as const;

/**
 * Splits Groovy into tokens; comments are left out, line ends kept because they end statements.
 *
 * @see https://groovy-lang.org/syntax.html
 */
export function groovyTokens(text: string): GroovyTokens {
  const tokens: GroovyToken[] = [];
  const push = (
    kind: GroovyToken['kind'],
    start: number,
    end: number,
    content = start,
    contentEnd = end,
    interpolated = false,
  ) => tokens.push({ kind, start, end, text: text.slice(content, contentEnd), content, interpolated });
  const word = /[A-Za-z_$][\w$]*/y;
  const number = /\d[\w.]*/y;
  let offset = text.startsWith('#!') ? Math.max(text.indexOf('\n'), 0) : 0;
  while (offset < text.length) {
    const unit = text[offset] ?? '';
    if (unit === '\n') push('line', offset, ++offset);
    else if (/\s/.test(unit)) offset++;
    else if (text.startsWith('//', offset)) {
      const end = text.indexOf('\n', offset);
      offset = end < 0 ? text.length : end;
    } else if (text.startsWith('/*', offset)) {
      const end = text.indexOf('*/', offset + 2);
      if (end < 0) return { tokens, unclosed: offset };
      offset = end + 2;
    } else {
      const quote =
        quotes.find((candidate) => text.startsWith(candidate, offset)) ??
        (startsSlashy(text, offset, tokens) ? '/' : undefined);
      if (quote !== undefined) {
        const end = stringEnd(text, offset + quote.length, quote);
        if (end === undefined) return { tokens, unclosed: offset };
        push('string', offset, end.after, offset + quote.length, end.content, quote !== "'" && quote !== "'''");
        offset = end.after;
        continue;
      }
      word.lastIndex = offset;
      number.lastIndex = offset;
      const match = word.exec(text) ?? number.exec(text);
      const end = offset + (match?.[0].length ?? 1);
      push(match === null ? 'sign' : /\d/.test(unit) ? 'number' : 'word', offset, end);
      offset = end;
    }
  }
  return { tokens, unclosed: undefined };
}

/** A slash starts a pattern where no value stands before it, and only if it ends on its line. */
function startsSlashy(text: string, offset: number, tokens: readonly GroovyToken[]): boolean {
  if (text[offset] !== '/') return false;
  const last = tokens.at(-1);
  if (last && (last.kind === 'word' || last.kind === 'number' || last.kind === 'string' || /[)\]}]/.test(last.text)))
    return false;
  const line = text.indexOf('\n', offset);
  const close = text.indexOf('/', offset + 1);
  return close > offset + 1 && (line < 0 || close < line);
}

function stringEnd(
  text: string,
  from: number,
  quote: string,
): { readonly content: number; readonly after: number } | undefined {
  const close = quote === '$/' ? '/$' : quote;
  const multiline = quote.length > 1 || quote === '/';
  for (let offset = from; offset < text.length; offset++) {
    if (text[offset] === '\\' && quote !== '$/') offset++;
    else if (text.startsWith(close, offset)) return { content: offset, after: offset + close.length };
    else if (!multiline && text[offset] === '\n') return undefined;
    else if (text.startsWith('${', offset) && quote !== "'" && quote !== "'''") {
      const end = text.indexOf('}', offset);
      if (end < 0) return undefined;
      // A quote inside `${…}` does not end the string.
      if (!text.slice(offset, end).includes('\n')) offset = end;
    }
  }
  return undefined;
}
