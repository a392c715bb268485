import type { TextRange } from '../source-file.ts';

/** A piece of a Go template. Text is kept by its offsets, so that what it renders to can be found again. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly range: TextRange }
  | { readonly kind: 'output'; readonly range: TextRange; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly range: TextRange;
      readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: 'define'; readonly name: string; readonly body: readonly TemplateNode[] }
  | {
      readonly kind: 'template';
      readonly range: TextRange;
      readonly name: string;
      readonly pipeline: Pipeline | undefined;
    }
  | { readonly kind: 'break' | 'continue' };

/** `$a, $b := one | two`. */
export interface Pipeline {
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

/** One word of a command. */
export type Operand = TextRange &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | { readonly kind: 'function'; readonly name: string }
    /** `.a.b` on the dot, or `$x.a.b` on a variable (`''` is `$`, the root). */
    | { readonly kind: 'field'; readonly variable: string | undefined; readonly path: readonly string[] }
    | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly path: readonly string[] }
  );

/** Where a template is wrong. */
export class TemplateError extends Error {
  readonly range: TextRange;

  constructor(message: string, range: TextRange) {
    super(message);
    this.name = 'TemplateError';
    this.range = range;
  }
}

const maximumDepth = 50;

/**
 * Parses a Go template as Helm uses it.
 *
 * @throws TemplateError where it is not well-formed
 * @see https://pkg.go.dev/text/template
 */
export function parseTemplate(text: string): readonly TemplateNode[] {
  const parser = new TemplateParser(text);
  const nodes = parser.nodes(0);
  if (parser.stoppedAt)
    throw new TemplateError(`{{ ${parser.stoppedAt.word} }} belongs to nothing`, parser.stoppedAt.range);
  return nodes;
}

interface Action {
  readonly range: TextRange;
  readonly word: string;
  readonly body: TextRange;
}

class TemplateParser {
  readonly #text: string;
  #at = 0;
  /** White space before the next text is trimmed. */
  #trim = false;
  /** The `end` or `else` that ended the last list of nodes. */
  stoppedAt: Action | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  nodes(depth: number): readonly TemplateNode[] {
    const found: TemplateNode[] = [];
    if (depth > maximumDepth)
      throw new TemplateError('Actions are nested too deep', { start: this.#at, end: this.#at + 1 });
    for (;;) {
      const open = this.#text.indexOf('{{', this.#at);
      this.#pushText(
        found,
        open < 0 ? this.#text.length : open,
        open >= 0 && /^\{\{-\s/.test(this.#text.slice(open, open + 4)),
      );
      if (open < 0) {
        this.stoppedAt = undefined;
        return found;
      }
      const action = this.#action(open);
      if (action === undefined) continue;
      if (action.word === 'end' || action.word === 'else') {
        this.stoppedAt = action;
        return found;
      }
      found.push(this.#node(action, depth));
    }
  }

  #pushText(found: TemplateNode[], end: number, trimEnd: boolean): void {
    let start = this.#at;
    let last = end;
    if (this.#trim) while (start < last && isSpace(this.#text[start])) start++;
    if (trimEnd) while (last > start && isSpace(this.#text[last - 1])) last--;
    this.#trim = false;
    if (last > start) found.push({ kind: 'text', range: { start, end: last } });
  }

  /** Reads one `{{ … }}`; undefined for a comment. */
  #action(open: number): Action | undefined {
    const left = /^\{\{-\s/.test(this.#text.slice(open, open + 4)) ? open + 3 : open + 2;
    const comment = /^\s*\/\*/.exec(this.#text.slice(left, left + 200));
    const close = comment ? this.#text.indexOf('}}', this.#text.indexOf('*/', left)) : closeOf(this.#text, left);
    if (close < 0) throw new TemplateError('The action is never closed', { start: open, end: open + 2 });
    const right = /\s-$/.test(this.#text.slice(close - 2, close)) ? close - 1 : close;
    this.#at = close + 2;
    this.#trim = right !== close;
    if (comment) return undefined;
    const word = /^\s*([a-z]+)\b(?!\s*:?=)/.exec(this.#text.slice(left, right))?.[1] ?? '';
    return { range: { start: open, end: close + 2 }, word, body: { start: left, end: right } };
  }

  #node(action: Action, depth: number): TemplateNode {
    const { word, range } = action;
    if (word === 'if' || word === 'with' || word === 'range') {
      const pipeline = this.#pipeline(action, word);
      const body = this.nodes(depth + 1);
      return { kind: word, range, pipeline, body, otherwise: this.#otherwise(action, depth) };
    }
    if (word === 'define' || word === 'block') {
      const name = this.#name(action);
      const body = this.nodes(depth + 1);
      this.#expectEnd(action);
      if (word === 'define') return { kind: 'define', name, body };
      throw new TemplateError('{{ block }} is not read', range);
    }
    if (word === 'template') {
      const rest = this.#rest(action);
      const pipeline =
        rest.start < rest.end && this.#text.slice(rest.start, rest.end).trim() !== ''
          ? parsePipeline(this.#text, rest)
          : undefined;
      return { kind: 'template', range, name: this.#name(action), pipeline };
    }
    if (word === 'break' || word === 'continue') return { kind: word };
    return { kind: 'output', range, pipeline: parsePipeline(this.#text, action.body) };
  }

  #otherwise(opening: Action, depth: number): readonly TemplateNode[] {
    const stop = this.stoppedAt;
    if (stop === undefined) throw new TemplateError(`{{ ${opening.word} }} has no {{ end }}`, opening.range);
    if (stop.word === 'end') return [];
    const chained = /^\s*else\s+(if|with)\b/.exec(this.#text.slice(stop.body.start, stop.body.end));
    if (chained === null) {
      const nodes = this.nodes(depth + 1);
      this.#expectEnd(opening);
      return nodes;
    }
    const start = stop.body.start + (chained[0].length ?? 0);
    const pipeline = parsePipeline(this.#text, { start, end: stop.body.end });
    const body = this.nodes(depth + 1);
    const kind = chained[1] === 'with' ? 'with' : 'if';
    return [{ kind, range: stop.range, pipeline, body, otherwise: this.#otherwise(opening, depth) }];
  }

  #expectEnd(opening: Action): void {
    if (this.stoppedAt?.word !== 'end')
      throw new TemplateError(`{{ ${opening.word} }} has no {{ end }}`, opening.range);
  }

  #pipeline(action: Action, word: string): Pipeline {
    const start = this.#text.indexOf(word, action.body.start) + word.length;
    return parsePipeline(this.#text, { start, end: action.body.end });
  }

  #name({ body, range }: Action): string {
    const match = /"((?:[^"\\]|\\.)*)"|`([^`]*)`/.exec(this.#text.slice(body.start, body.end));
    if (match === null) throw new TemplateError('The template has no name', range);
    return match[1] ?? match[2] ?? '';
  }

  #rest({ body }: Action): TextRange {
    const match = /"(?:[^"\\]|\\.)*"|`[^`]*`/.exec(this.#text.slice(body.start, body.end));
    return { start: body.start + (match ? match.index + match[0].length : 0), end: body.end };
  }
}

/** The `}}` that closes an action, strings passed over. */
function closeOf(text: string, from: number): number {
  for (let offset = from; offset < text.length; offset++) {
    const unit = text[offset];
    if (unit === '"' || unit === '`') {
      let end = offset + 1;
      while (end < text.length && text[end] !== unit) end += unit === '"' && text[end] === '\\' ? 2 : 1;
      offset = end;
    } else if (unit === '}' && text[offset + 1] === '}') return offset;
  }
  return -1;
}

const tokenPattern =
  /\s+|(:=|=|\||\(|\)|,)|("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)')|(-?\d[\w.]*)|(\$?[A-Za-z_]\w*|\$)?((?:\.[A-Za-z_]\w*)+|\.)?/y;

function parsePipeline(text: string, range: TextRange): Pipeline {
  const tokens = tokensOf(text, range);
  const state = { at: 0 };
  const pipeline = readPipeline(tokens, state, range, 0);
  if (state.at < tokens.length) throw new TemplateError('The action is not well-formed', tokens[state.at] ?? range);
  return pipeline;
}

interface Token extends TextRange {
  readonly text: string;
  readonly sign: boolean;
}

function tokensOf(text: string, range: TextRange): readonly Token[] {
  const tokens: Token[] = [];
  for (let offset = range.start; offset < range.end; ) {
    tokenPattern.lastIndex = offset;
    const match = tokenPattern.exec(text);
    const length = match?.[0].length ?? 0;
    if (match === null || length === 0 || offset + length > range.end) {
      throw new TemplateError('The action is not well-formed', { start: offset, end: offset + 1 });
    }
    if (match[0].trim() !== '')
      tokens.push({ text: match[0], sign: match[1] !== undefined, start: offset, end: offset + length });
    offset += length;
  }
  return tokens;
}

function readPipeline(tokens: readonly Token[], state: { at: number }, range: TextRange, depth: number): Pipeline {
  if (depth > maximumDepth) throw new TemplateError('Parentheses are nested too deep', range);
  const variables: string[] = [];
  let declares = false;
  const assignment = tokens
    .slice(state.at)
    .findIndex((token) => token.sign && (token.text === ':=' || token.text === '='));
  const head = tokens.slice(state.at, state.at + Math.max(assignment, 0));
  if (assignment > 0 && head.every((token) => token.text.startsWith('$') || token.text === ',')) {
    variables.push(...head.filter((token) => token.text !== ',').map((token) => token.text.slice(1)));
    declares = tokens[state.at + assignment]?.text === ':=';
    state.at += assignment + 1;
  }
  const commands: Operand[][] = [[]];
  for (let token = tokens[state.at]; token !== undefined; token = tokens[state.at]) {
    if (token.sign && token.text === ')') break;
    state.at++;
    if (token.sign && token.text === '|') commands.push([]);
    else if (token.sign && token.text === '(') {
      const pipeline = readPipeline(tokens, state, range, depth + 1);
      const close = tokens[state.at];
      if (close?.text !== ')') throw new TemplateError('The parenthesis is never closed', token);
      state.at++;
      const next = tokens[state.at];
      const path =
        next && next.start === close.end && next.text.startsWith('.') && next.text.length > 1
          ? next.text.slice(1).split('.')
          : [];
      if (path.length > 0) state.at++;
      commands.at(-1)?.push({ kind: 'group', pipeline, path, start: token.start, end: close.end });
    } else commands.at(-1)?.push(operandOf(token));
  }
  if (commands.some((command) => command.length === 0)) throw new TemplateError('The action is not well-formed', range);
  return { variables, declares, commands };
}

function operandOf(token: Token): Operand {
  const { text, start, end } = token;
  const place = { start, end };
  if (token.sign) throw new TemplateError('The action is not well-formed', place);
  if (text.startsWith('`')) return { kind: 'literal', value: text.slice(1, -1), ...place };
  if (text.startsWith('"')) return { kind: 'literal', value: unquoted(text), ...place };
  if (text.startsWith("'")) return { kind: 'literal', value: text.codePointAt(1) ?? 0, ...place };
  if (/^-?\d/.test(text)) return { kind: 'literal', value: Number(text.replaceAll('_', '')), ...place };
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', ...place };
  if (text === 'nil') return { kind: 'literal', value: null, ...place };
  if (text.startsWith('.'))
    return { kind: 'field', variable: undefined, path: text.split('.').filter((step) => step !== ''), ...place };
  if (text.startsWith('$')) {
    const [variable = '', ...path] = text.slice(1).split('.');
    return { kind: 'field', variable, path, ...place };
  }
  return { kind: 'function', name: text, ...place };
}

function unquoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text.slice(1, -1).replace(/\\(.)/g, (_whole, unit: string) => escapes[unit] ?? unit);
}

function isSpace(unit: string | undefined): boolean {
  return unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r';
}
