/** A value of GitHub's expression language (`${{ … }}`). Offsets are those of the text that was parsed. */
export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | { readonly kind: 'context'; readonly name: string }
    | { readonly kind: 'property'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'index'; readonly object: Expression; readonly index: Expression }
    | { readonly kind: 'all'; readonly object: Expression }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
    | { readonly kind: 'not'; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
  );

/** From the loosest to the tightest: `||`, `&&`, equality, order. */
export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with an expression, and where. */
export interface ExpressionProblem extends Span {
  readonly message: string;
}

/** One `${{ … }}` in a text. */
export interface Placeholder extends Span {
  /** Where its expression begins and ends. */
  readonly inner: Span;
  readonly closed: boolean;
}

/** The values that a context path is read by: `github.event.*.body` → `['github', 'event', '*', 'body']`. */
export interface ContextRead extends Span {
  /** Names in lower case; `*` for a filter or an index that is computed. */
  readonly path: readonly string[];
  /** The names as written. */
  readonly text: readonly string[];
}

/**
 * Finds every `${{ … }}` of a text. Quoted text may hold `}}`.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
export function placeholders(text: string): readonly Placeholder[] {
  const found: Placeholder[] = [];
  for (let start = text.indexOf('${{'); start >= 0; ) {
    let at = start + 3;
    let quoted = false;
    while (at < text.length && (quoted || !text.startsWith('}}', at))) {
      if (text[at] === "'") quoted = !quoted;
      at++;
    }
    const closed = at < text.length;
    found.push({ start, end: closed ? at + 2 : at, inner: { start: start + 3, end: at }, closed });
    start = closed ? text.indexOf('${{', at + 2) : -1;
  }
  return found;
}

/** Parses an expression, by default the whole text as one. */
export function parseExpression(
  text: string,
  { start, end }: Span = { start: 0, end: text.length },
): { readonly expression: Expression } | { readonly problem: ExpressionProblem } {
  try {
    return { expression: new Parser(tokens(text, start, end), end).parse() };
  } catch (thrown) {
    if (thrown instanceof SyntaxProblem) return { problem: thrown.problem };
    throw thrown;
  }
}

/** An expression and everything in it, from the outside in. */
export function* subexpressions(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of parts(expression)) yield* subexpressions(part);
}

/** Every context path that an expression reads, the longest of each. */
export function* contextReads(expression: Expression): Generator<ContextRead> {
  const read = pathOf(expression);
  if (read) yield read;
  else for (const part of parts(expression)) yield* contextReads(part);
  if (!read) return;
  // What stands in the brackets of a path is an expression of its own.
  for (let at: Expression | undefined = expression; at !== undefined; at = objectOf(at)) {
    if (at.kind === 'index') yield* contextReads(at.index);
  }
}

/** The path of a chain of properties that starts at a context; undefined for anything else. */
export function pathOf(expression: Expression): ContextRead | undefined {
  const text: string[] = [];
  let at: Expression = expression;
  while (at.kind !== 'context') {
    if (at.kind === 'property') text.unshift(at.name);
    else if (at.kind === 'all') text.unshift('*');
    else if (at.kind === 'index') {
      text.unshift(at.index.kind === 'literal' && typeof at.index.value === 'string' ? at.index.value : '*');
    } else return undefined;
    at = at.object;
  }
  text.unshift(at.name);
  return { path: text.map((name) => name.toLowerCase()), text, start: expression.start, end: expression.end };
}

function objectOf(expression: Expression): Expression | undefined {
  return 'object' in expression ? expression.object : undefined;
}

function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'property':
    case 'all':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'call':
      return expression.args;
    case 'not':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}

class SyntaxProblem extends Error {
  readonly problem: ExpressionProblem;

  constructor(message: string, start: number, end: number) {
    super(message);
    this.problem = { message, start, end };
  }
}

interface Token extends Span {
  readonly type: 'number' | 'string' | 'word' | 'sign';
  readonly text: string;
}

const tokenPattern =
  /\s+|(?<string>'(?:[^']|'')*')|(?<number>[+-]?(?:0x[\da-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)(?![\w.]))|(?<word>[A-Za-z_][\w-]*)|(?<sign>[<>!=]=|&&|\|\||[()[\].,!<>*])/y;

function tokens(text: string, start: number, end: number): readonly Token[] {
  const found: Token[] = [];
  const limited = text.slice(0, end);
  for (let at = start; at < end; ) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(limited);
    if (!match) throw new SyntaxProblem(strange(text, at), at, at + 1);
    const type = (['string', 'number', 'word', 'sign'] as const).find((name) => match.groups?.[name] !== undefined);
    const next = at + match[0].length;
    if (type) found.push({ type, text: match[0], start: at, end: next });
    at = next;
  }
  return found;
}

function strange(text: string, at: number): string {
  const character = text[at] ?? '';
  if (character === '"') return 'a string is written in single quotes';
  if (character === "'") return 'the string has no end';
  if (/[-+/%]/.test(character)) return `there is no operator ${character}`;
  if (character === '=') return 'equality is written ==';
  if (character === '&' || character === '|') return `the operator is written ${character}${character}`;
  return `${character} has no meaning`;
}

const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']];
const constants: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;

  constructor(list: readonly Token[], end: number) {
    this.#tokens = list;
    this.#end = end;
  }

  parse(): Expression {
    if (this.#tokens.length === 0) throw new SyntaxProblem('the expression is empty', this.#end, this.#end);
    const expression = this.#binary(0);
    const rest = this.#tokens[this.#at];
    if (rest) throw new SyntaxProblem(`${rest.text} is not expected`, rest.start, rest.end);
    return expression;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let operator = this.#sign(...operators); operator; operator = this.#sign(...operators)) {
      const right = this.#binary(level + 1);
      const span = { start: left.start, end: right.end };
      left = { kind: 'binary', operator: operator.text as BinaryOperator, left, right, ...span };
    }
    return left;
  }

  #unary(): Expression {
    const sign = this.#sign('!');
    if (!sign) return this.#chain();
    const operand = this.#unary();
    return { kind: 'not', operand, start: sign.start, end: operand.end };
  }

  #chain(): Expression {
    let object = this.#primary();
    for (;;) {
      const { start } = object;
      if (this.#sign('.')) {
        const token = this.#next('a name');
        if (token.text === '*') object = { kind: 'all', object, start, end: token.end };
        else if (token.type === 'word') object = { kind: 'property', object, name: token.text, start, end: token.end };
        else throw new SyntaxProblem(`${token.text} is no name`, token.start, token.end);
      } else if (this.#sign('[')) {
        const all = this.#sign('*');
        const index = all ? undefined : this.#binary(0);
        const { end } = this.#expect(']');
        object = index ? { kind: 'index', object, index, start, end } : { kind: 'all', object, start, end };
      } else return object;
    }
  }

  #primary(): Expression {
    const token = this.#next('a value');
    const { text, start, end } = token;
    if (token.type === 'string') return { kind: 'literal', value: text.slice(1, -1).replaceAll("''", "'"), start, end };
    if (token.type === 'number') return { kind: 'literal', value: Number(text.replace(/^\+/, '')), start, end };
    if (text === '(') {
      const inner = this.#binary(0);
      const close = this.#expect(')');
      return { ...inner, start, end: close.end };
    }
    if (token.type === 'sign') throw new SyntaxProblem(`${text} is not expected`, start, end);
    if (this.#sign('(')) return this.#call(token);
    const constant = constants.get(text);
    return constant === undefined
      ? { kind: 'context', name: text, start, end }
      : { kind: 'literal', value: constant, start, end };
  }

  #call({ text, start }: Token): Expression {
    const args: Expression[] = [];
    let close = this.#sign(')');
    while (!close) {
      args.push(this.#binary(0));
      close = this.#sign(')');
      if (!close) this.#expect(',', ')');
    }
    return { kind: 'call', name: text, args, start, end: close.end };
  }

  #sign(...wanted: readonly string[]): Token | undefined {
    const token = this.#tokens[this.#at];
    if (token?.type !== 'sign' || !wanted.includes(token.text)) return undefined;
    this.#at++;
    return token;
  }

  #expect(...wanted: readonly string[]): Token {
    const token = this.#sign(...wanted);
    if (token) return token;
    const found = this.#tokens[this.#at];
    const missing = `${wanted.join(' or ')} is missing`;
    throw new SyntaxProblem(missing, found?.start ?? this.#end, found?.end ?? this.#end);
  }

  #next(wanted: string): Token {
    const token = this.#tokens[this.#at++];
    if (token) return token;
    throw new SyntaxProblem(`${wanted} is missing at the end`, this.#end, this.#end);
  }
}
