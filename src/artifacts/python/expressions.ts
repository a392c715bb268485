import type { TextRange } from '../source-file.ts';
import { type Cursor, Unreadable } from './cursor.ts';
import { decodeString } from './string-literal.ts';
import type { Argument, Expression, Parameter } from './syntax.ts';
import { endOfString, type ReplacementField, type Token } from './tokens.ts';

/** Deeper nesting than any person writes; beyond it an expression counts as unknown. */
export const maximumDepth = 100;

/** Words that no name can be. */
const keywords: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
   import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

/** How tightly binary operators bind; the comparisons all alike. */
const precedence: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ...['in', 'not', 'is', '<', '>', '==', '>=', '<=', '!='].map((operator): [string, number] => [operator, 4]),
  ['|', 5],
  ['^', 6],
  ['&', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['//', 10],
  ['%', 10],
  ['@', 10],
]);
/** What no expression goes on with. */
const endsExpression: ReadonlySet<string> = new Set([',', ')', ']', '}', ':', '=']);
const lowest = 1;
const negation = 3;
const bitwise = 5;
const power = 12;

/** Whether a word is reserved. */
export function isKeyword(text: string): boolean {
  return keywords.has(text);
}

/** Reads an expression at a place: how the parser reads those inside f-strings. */
export type ReadField = (range: TextRange, depth: number) => Expression | undefined;

/**
 * Reads expressions from tokens, by recursive descent.
 *
 * @see https://docs.python.org/3/reference/grammar.html
 */
export class ExpressionReader {
  readonly #text: string;
  readonly #cursor: Cursor;
  readonly #readField: ReadField;
  #depth: number;

  constructor(text: string, cursor: Cursor, readField: ReadField, depth = 0) {
    this.#text = text;
    this.#cursor = cursor;
    this.#readField = readField;
    this.#depth = depth;
  }

  /** One expression or, with commas, a tuple; starred items and `yield` may be among it. */
  tuple(): Expression {
    if (this.#cursor.is('yield')) return this.#yield();
    return this.#series(() => this.starred());
  }

  /** What a loop or comprehension binds: no comparison, so that `in` ends it. */
  targets(): Expression {
    return this.#series(() => {
      this.#cursor.accept('*');
      return this.#binary(bitwise);
    });
  }

  #series(item: () => Expression): Expression {
    const { start } = this.#cursor.token;
    const first = item();
    if (!this.#cursor.is(',')) return first;
    const items = [first];
    while (this.#cursor.accept(',')) {
      if (!this.startsExpression()) break;
      items.push(item());
    }
    return { kind: 'tuple', items, range: { start, end: items.at(-1)?.range.end ?? this.#cursor.end } };
  }

  /** Whether an expression can start with the token at hand. */
  startsExpression(): boolean {
    const { kind, text } = this.#cursor.token;
    if (kind === 'number' || kind === 'string') return true;
    if (kind === 'operator') return '([{-+~*'.includes(text) || text === '...' || text === '**';
    if (kind !== 'name') return false;
    return !keywords.has(text) || ['True', 'False', 'None', 'not', 'lambda', 'await', 'yield'].includes(text);
  }

  /** `*x`, or an expression that may name its value by `:=`. */
  starred(): Expression {
    const lone = this.#lone();
    if (lone) return lone;
    const { start } = this.#cursor.token;
    if (!this.#cursor.accept('*')) return this.named();
    const value = this.#binary(bitwise);
    return { kind: 'other', children: [value], range: this.#cursor.from(start) };
  }

  /** An expression, or `name := expression`. */
  named(): Expression {
    const lone = this.#lone();
    if (lone) return lone;
    const { start } = this.#cursor.token;
    const first = this.expression();
    if (!this.#cursor.accept(':=')) return first;
    return { kind: 'other', children: [first, this.expression()], range: this.#cursor.from(start) };
  }

  expression(): Expression {
    const lone = this.#lone();
    if (lone) return lone;
    const { start } = this.#cursor.token;
    if (++this.#depth > maximumDepth) throw new Unreadable(undefined);
    try {
      if (this.#cursor.is('lambda')) return this.#lambda();
      const then = this.#binary(lowest);
      if (!this.#cursor.accept('if')) return then;
      const test = this.#binary(lowest);
      this.#cursor.expect('else');
      const otherwise = this.expression();
      return { kind: 'conditional', test, then, otherwise, range: this.#cursor.from(start) };
    } finally {
      this.#depth--;
    }
  }

  /** A name or a number that is all of the expression, as most are: none of the operators needs to be looked for. */
  #lone(): Expression | undefined {
    const { token } = this.#cursor;
    if (token.kind !== 'number' && (token.kind !== 'name' || keywords.has(token.text))) return undefined;
    const { kind, text } = this.#cursor.peek(1);
    if (kind !== 'newline' && !endsExpression.has(text)) return undefined;
    return this.#atom();
  }

  #lambda(): Expression {
    const { start } = this.#cursor.next();
    this.parameters(':', false);
    this.#cursor.expect(':');
    const body = this.expression();
    return { kind: 'lambda', body, range: this.#cursor.from(start) };
  }

  #yield(): Expression {
    const { start } = this.#cursor.next();
    const children = this.#cursor.accept('from')
      ? [this.expression()]
      : this.startsExpression()
        ? [this.#series(() => this.starred())]
        : [];
    return { kind: 'other', children, range: this.#cursor.from(start) };
  }

  #binary(minimum: number): Expression {
    const { start } = this.#cursor.token;
    let left = this.#cursor.is('not') && minimum <= negation ? this.#not() : this.#unary();
    for (let length = 0; ; length++) {
      const { text, kind } = this.#cursor.token;
      const binds = kind === 'name' || kind === 'operator' ? precedence.get(text) : undefined;
      if (binds === undefined || binds < minimum) return left;
      this.#cursor.next();
      let operator = text;
      if (text === 'not') {
        this.#cursor.expect('in');
        operator = 'not in';
      } else if (text === 'is' && this.#cursor.accept('not')) operator = 'is not';
      const right = this.#binary(binds + 1);
      const range = this.#cursor.from(start);
      if (length >= maximumDepth) {
        // A long chain becomes flat, so that who walks it does not sink as deep.
        const children = left.kind === 'other' && length > maximumDepth ? left.children : [left];
        (children as Expression[]).push(right);
        left = { kind: 'other', children, range };
      } else if (operator === 'and' || operator === 'or') left = { kind: 'boolean', operator, left, right, range };
      else left = { kind: 'binary', operator, left, right, range };
    }
  }

  #not(): Expression {
    const { start } = this.#cursor.next();
    if (++this.#depth > maximumDepth) throw new Unreadable(undefined);
    const operand = this.#binary(negation);
    this.#depth--;
    return { kind: 'other', children: [operand], range: this.#cursor.from(start) };
  }

  #unary(): Expression {
    const { start, text } = this.#cursor.token;
    if (text !== '-' && text !== '+' && text !== '~') return this.#power();
    this.#cursor.next();
    if (++this.#depth > maximumDepth) throw new Unreadable(undefined);
    const operand = this.#unary();
    this.#depth--;
    const range = this.#cursor.from(start);
    if (operand.kind === 'number' && text === '-') return { kind: 'number', value: -operand.value, range };
    return { kind: 'other', children: [operand], range };
  }

  #power(): Expression {
    const { start } = this.#cursor.token;
    const left = this.#awaited();
    if (!this.#cursor.accept('**')) return left;
    if (++this.#depth > maximumDepth) throw new Unreadable(undefined);
    const right = this.#binary(power);
    this.#depth--;
    return { kind: 'binary', operator: '**', left, right, range: this.#cursor.from(start) };
  }

  #awaited(): Expression {
    const { start } = this.#cursor.token;
    if (!this.#cursor.accept('await')) return this.#primary();
    const value = this.#primary();
    return { kind: 'await', value, range: this.#cursor.from(start) };
  }

  #primary(): Expression {
    const { start } = this.#cursor.token;
    let value = this.#atom();
    for (let length = 0; ; length++) {
      const { text } = this.#cursor.token;
      if (text !== '.' && text !== '(' && text !== '[') return value;
      if (length >= maximumDepth) value = { kind: 'other', children: [], range: this.#cursor.from(start) };
      if (text === '(') {
        const args = this.arguments();
        value = { kind: 'call', callee: value, args, range: this.#cursor.from(start) };
      } else if (text === '[') {
        const items = this.#subscript();
        value = { kind: 'subscript', object: value, items, range: this.#cursor.from(start) };
      } else {
        this.#cursor.next();
        const name = this.name();
        const nameRange = { start: name.start, end: name.end };
        value = { kind: 'attribute', object: value, name: name.text, nameRange, range: this.#cursor.from(start) };
      }
    }
  }

  /** Takes a name that is no keyword. */
  name(): Token {
    const { kind, text } = this.#cursor.token;
    if (kind !== 'name' || keywords.has(text)) throw this.#cursor.unreadable();
    return this.#cursor.next();
  }

  #subscript(): readonly Expression[] {
    this.#cursor.expect('[');
    const items: Expression[] = [];
    if (this.#cursor.is(']')) throw this.#cursor.unreadable();
    while (!this.#cursor.accept(']')) {
      // The parts of a slice count as items of their own.
      if (!this.#cursor.is(':')) items.push(this.starred());
      while (this.#cursor.accept(':')) if (this.startsExpression()) items.push(this.expression());
      if (!this.#cursor.is(']')) this.#cursor.expect(',');
    }
    return items;
  }

  /** The arguments of a call, or the bases of a class, with their brackets. */
  arguments(): readonly Argument[] {
    this.#cursor.expect('(');
    const found: Argument[] = [];
    while (!this.#cursor.accept(')')) {
      found.push(this.#argument());
      if (!this.#cursor.is(')')) this.#cursor.expect(',');
    }
    return found;
  }

  #argument(): Argument {
    const { token } = this.#cursor;
    const { start } = token;
    if (token.text === '*' || token.text === '**') {
      this.#cursor.next();
      const value = this.expression();
      return { name: undefined, value, star: token.text, range: this.#cursor.from(start) };
    }
    if (token.kind === 'name' && this.#cursor.peek(1).text === '=') {
      const { text: name } = this.name();
      this.#cursor.next();
      const value = this.expression();
      return { name, value, star: '', range: this.#cursor.from(start) };
    }
    const first = this.named();
    const children = this.#comprehension(first);
    const range = this.#cursor.from(start);
    return { name: undefined, value: children ? { kind: 'other', children, range } : first, star: '', range };
  }

  /** The parts of a comprehension whose first ones are read already; undefined when none follows. */
  #comprehension(...first: readonly Expression[]): readonly Expression[] | undefined {
    const cursor = this.#cursor;
    if (!cursor.is('for') && !cursor.is('async')) return undefined;
    const children = [...first];
    while (cursor.is('for') || cursor.is('async') || cursor.is('if')) {
      if (cursor.accept('if')) {
        children.push(this.#condition());
        continue;
      }
      cursor.accept('async');
      cursor.expect('for');
      children.push(this.targets());
      cursor.expect('in');
      children.push(cursor.is('lambda') ? this.expression() : this.#binary(lowest));
    }
    return children;
  }

  #condition(): Expression {
    const { start } = this.#cursor.token;
    const test = this.#cursor.is('lambda') ? this.expression() : this.#binary(lowest);
    if (!this.#cursor.accept(':=')) return test;
    return { kind: 'other', children: [test, this.#binary(lowest)], range: this.#cursor.from(start) };
  }

  #atom(): Expression {
    const { token } = this.#cursor;
    const range = { start: token.start, end: token.end };
    switch (token.kind) {
      case 'name':
        if (token.text === 'True' || token.text === 'False' || token.text === 'None') {
          this.#cursor.next();
          return { kind: 'constant', value: token.text === 'None' ? null : token.text === 'True', range };
        }
        this.name();
        return { kind: 'name', name: token.text, range };
      case 'number':
        this.#cursor.next();
        return { kind: 'number', value: Number(this.#text.slice(token.start, token.end).replaceAll('_', '')), range };
      case 'string':
        return this.#string();
      case 'operator':
        if (token.text === '(') return this.#enclosed(() => this.#parenthesis());
        if (token.text === '[') return this.#enclosed(() => this.#list());
        if (token.text === '{') return this.#enclosed(() => this.#braces());
        if (token.text !== '...') throw this.#cursor.unreadable();
        this.#cursor.next();
        return { kind: 'other', children: [], range };
      default:
        throw this.#cursor.unreadable();
    }
  }

  /** Reads what brackets hold; what is nested too deep is passed over. */
  #enclosed(read: () => Expression): Expression {
    if (this.#depth < maximumDepth - 1) return read();
    const { start } = this.#cursor.token;
    let open = 0;
    do {
      const { text, kind } = this.#cursor.next();
      if (kind === 'end' || kind === 'newline') throw this.#cursor.unreadable();
      if (kind === 'operator' && '([{'.includes(text)) open++;
      else if (kind === 'operator' && ')]}'.includes(text)) open--;
    } while (open > 0);
    return { kind: 'other', children: [], range: this.#cursor.from(start) };
  }

  #parenthesis(): Expression {
    const { start } = this.#cursor.next();
    if (this.#cursor.accept(')')) return { kind: 'tuple', items: [], range: this.#cursor.from(start) };
    if (this.#cursor.is('yield')) {
      const value = this.#yield();
      this.#cursor.expect(')');
      return value;
    }
    const first = this.starred();
    const children = this.#comprehension(first);
    if (children || this.#cursor.accept(')')) {
      if (children === undefined) return first;
      this.#cursor.expect(')');
      return { kind: 'other', children, range: this.#cursor.from(start) };
    }
    const items = this.#rest(first, ')');
    return { kind: 'tuple', items, range: this.#cursor.from(start) };
  }

  #list(): Expression {
    const { start } = this.#cursor.next();
    if (this.#cursor.accept(']')) return { kind: 'list', items: [], range: this.#cursor.from(start) };
    const first = this.starred();
    const children = this.#comprehension(first);
    if (children) this.#cursor.expect(']');
    else {
      const items = this.#rest(first, ']');
      return { kind: 'list', items, range: this.#cursor.from(start) };
    }
    return { kind: 'other', children, range: this.#cursor.from(start) };
  }

  /** The items after the first one, up to the closing bracket. */
  #rest(first: Expression, close: string): readonly Expression[] {
    const items = [first];
    while (!this.#cursor.accept(close)) {
      this.#cursor.expect(',');
      if (!this.#cursor.is(close)) items.push(this.starred());
    }
    return items;
  }

  #braces(): Expression {
    const { start } = this.#cursor.next();
    const entries: { key: Expression | undefined; value: Expression }[] = [];
    if (this.#cursor.accept('}')) return { kind: 'dict', entries, range: this.#cursor.from(start) };
    const spread = this.#cursor.is('**');
    const first = spread ? undefined : this.starred();
    if (first && !this.#cursor.is(':')) {
      const children = this.#comprehension(first);
      if (children) this.#cursor.expect('}');
      const items = children ?? this.#rest(first, '}');
      const range = this.#cursor.from(start);
      return children ? { kind: 'other', children, range } : { kind: 'set', items, range };
    }
    for (let key = first; ; key = undefined) {
      if (key === undefined && this.#cursor.accept('**')) entries.push({ key, value: this.#binary(bitwise) });
      else {
        const name = key ?? this.expression();
        this.#cursor.expect(':');
        const value = this.expression();
        const children = entries.length === 0 ? this.#comprehension(name, value) : undefined;
        if (children) {
          this.#cursor.expect('}');
          return { kind: 'other', children, range: this.#cursor.from(start) };
        }
        entries.push({ key: name, value });
      }
      if (this.#cursor.accept('}')) break;
      this.#cursor.expect(',');
      if (this.#cursor.accept('}')) break;
    }
    return { kind: 'dict', entries, range: this.#cursor.from(start) };
  }

  /** Literals one after another are one string. */
  #string(): Expression {
    const { start } = this.#cursor.token;
    const parts: (string | Expression)[] = [];
    let bytes = false;
    while (this.#cursor.token.kind === 'string') {
      const token = this.#cursor.next();
      const source = this.#text.slice(token.start, token.end);
      const literal = decodeString(source);
      bytes ||= literal.bytes;
      const prefix = source.slice(0, 2).toLowerCase();
      const fields = /[ft]/.test(prefix) && source.includes('{') ? this.#fields(token, source) : [];
      if (fields.length === 0) {
        parts.push(literal.value);
        continue;
      }
      let from = token.start + literal.contentStart;
      for (const field of fields) {
        parts.push(literal.decode(this.#text.slice(from, field.start)));
        const inner = this.#readField(field.expression, this.#depth + 1);
        parts.push(inner ?? { kind: 'other', children: [], range: { start: field.start, end: field.end } });
        from = field.end;
      }
      parts.push(literal.decode(this.#text.slice(from, token.end - literal.contentEnd)));
    }
    return { kind: 'string', parts: joinText(parts), bytes, range: this.#cursor.from(start) };
  }

  #fields(token: Token, source: string): readonly ReplacementField[] {
    const quote = token.start + source.search(/["']/);
    const fields: ReplacementField[] = [];
    endOfString(this.#text, token.start, quote, token.end, (field) => fields.push(field));
    return fields;
  }

  /**
   * Parameters up to a closing sign, which is left.
   *
   * @param annotated whether they may have annotations; those of a lambda have none
   */
  parameters(close: string, annotated: boolean): readonly Parameter[] {
    const found: Parameter[] = [];
    while (!this.#cursor.is(close)) {
      const { token } = this.#cursor;
      const star = token.text === '*' || token.text === '**' ? token.text : '';
      if (star !== '') this.#cursor.next();
      if (token.text === '/') this.#cursor.next();
      else if (star !== '*' || !(this.#cursor.is(',') || this.#cursor.is(close)))
        found.push(this.#parameter(star, annotated));
      if (!this.#cursor.is(close)) this.#cursor.expect(',');
    }
    return found;
  }

  #parameter(star: Parameter['star'], annotated: boolean): Parameter {
    const name = this.name();
    const annotation = annotated && this.#cursor.accept(':') ? this.starred() : undefined;
    const fallback = this.#cursor.accept('=') ? this.expression() : undefined;
    return { name: name.text, annotation, default: fallback, star, range: this.#cursor.from(name.start) };
  }
}

function joinText(parts: readonly (string | Expression)[]): (string | Expression)[] {
  const joined: (string | Expression)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  return joined.length === 0 ? [''] : joined;
}
