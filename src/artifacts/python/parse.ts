import type { TextRange } from '../source-file.ts';
import { Cursor, Unreadable } from './cursor.ts';
import { ExpressionReader, isKeyword, maximumDepth } from './expressions.ts';
import type { Decorator, ExceptClause, Expression, ImportedName, ImportStatement, Statement } from './syntax.ts';
import { tokenize } from './tokens.ts';

/** What a module says, and where its text stopped making sense. */
export interface ParsedModule {
  readonly body: readonly Statement[];
  /** The first place that is no Python; undefined when all of it parsed. */
  readonly error: TextRange | undefined;
}

const augmentedAssignment = /^(?:\*\*|\/\/|>>|<<|[-+*/%@&|^])=$/;

/**
 * Parses a module by the grammar of Python 3.14, which takes all that older ones took. Never throws: a statement that
 * cannot be read is left out, and the first such place is told.
 *
 * @param text the module's source
 * @see https://docs.python.org/3/reference/grammar.html
 */
export function parsePython(text: string): ParsedModule {
  const tokens = tokenize(text);
  const reader = new StatementReader(text, new Cursor(tokens));
  const body = reader.module();
  const { error } = reader;
  const first = tokens.error && error && tokens.error.start > error.start ? error : (tokens.error ?? error);
  return { body, error: first };
}

class StatementReader {
  /** The first place that could not be read. */
  error: TextRange | undefined;
  readonly #text: string;
  readonly #cursor: Cursor;
  readonly #expressions: ExpressionReader;
  #depth = 0;

  constructor(text: string, cursor: Cursor) {
    this.#text = text;
    this.#cursor = cursor;
    this.#expressions = new ExpressionReader(text, cursor, (range, depth) => readField(text, range, depth));
  }

  module(): Statement[] {
    const statements: Statement[] = [];
    while (this.#cursor.token.kind !== 'end') this.#line(statements);
    return statements;
  }

  /** Reads one compound statement or one line of simple ones; what cannot be read is passed over. */
  #line(into: Statement[]): void {
    const { index, token } = this.#cursor;
    try {
      if (token.kind === 'indent') throw this.#cursor.unreadable();
      if (token.kind === 'newline') this.#cursor.next();
      else this.#statement(into);
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      this.error ??= problem.where;
      this.#recover(into, index);
    }
  }

  /** Goes to the next line; a block that hangs below the broken one is read all the same. */
  #recover(into: Statement[], index: number): void {
    const { start } = this.#cursor.token;
    const kindOf = () => this.#cursor.token.kind;
    if (kindOf() !== 'indent') {
      while (kindOf() !== 'newline' && kindOf() !== 'end' && kindOf() !== 'dedent') this.#cursor.next();
      if (kindOf() === 'newline' || (kindOf() === 'dedent' && this.#cursor.index === index)) this.#cursor.next();
    }
    if (kindOf() !== 'indent') return;
    const body = this.#indented();
    into.push({ kind: 'match', heads: [], body, range: this.#cursor.from(start) });
  }

  #indented(): Statement[] {
    const statements: Statement[] = [];
    this.#cursor.next();
    const tooDeep = ++this.#depth > maximumDepth;
    for (let open = 1; open > 0 && this.#cursor.token.kind !== 'end'; ) {
      const { kind } = this.#cursor.token;
      if (kind === 'dedent') {
        this.#cursor.next();
        open--;
      } else if (tooDeep) {
        if (this.#cursor.next().kind === 'indent') open++;
      } else this.#line(statements);
    }
    this.#depth--;
    return statements;
  }

  /** The colon and what it leads: an indented block, or simple statements on the same line. */
  #block(): Statement[] {
    this.#cursor.expect(':');
    if (this.#cursor.token.kind !== 'newline') {
      const statements: Statement[] = [];
      this.#simple(statements);
      return statements;
    }
    this.#cursor.next();
    if (this.#cursor.peek(0).kind !== 'indent') throw this.#cursor.unreadable();
    return this.#indented();
  }

  #statement(into: Statement[]): void {
    const compound = this.#compound();
    if (compound) into.push(compound);
    else this.#simple(into);
  }

  #compound(): Statement | undefined {
    const { start, text, kind } = this.#cursor.token;
    if (text === '@' && kind === 'operator') return this.#decorated();
    if (kind !== 'name') return undefined;
    switch (text) {
      case 'def':
        return this.#function([], start, false);
      case 'class':
        return this.#class([], start);
      case 'if':
        return this.#if();
      case 'for':
      case 'while':
        return this.#loop(start);
      case 'try':
        return this.#try();
      case 'with':
        return this.#with(start, false);
      case 'match':
        return this.#isMatch() ? this.#match() : undefined;
      case 'async':
        this.#cursor.next();
        if (this.#cursor.is('def')) return this.#function([], start, true);
        if (this.#cursor.is('for')) return this.#loop(start);
        return this.#with(start, true);
      default:
        return undefined;
    }
  }

  #simple(into: Statement[]): void {
    do {
      if (this.#cursor.token.kind === 'newline') break;
      const statement = this.#small();
      if (statement) into.push(statement);
    } while (this.#cursor.accept(';'));
    if (this.#cursor.token.kind !== 'newline') throw this.#cursor.unreadable();
    this.#cursor.next();
  }

  #small(): Statement | undefined {
    const cursor = this.#cursor;
    const { start, text, kind } = cursor.token;
    if (kind !== 'name') return this.#assign();
    switch (text) {
      case 'import':
        return this.#import();
      case 'from':
        return this.#importFrom();
      case 'return': {
        cursor.next();
        const value = this.#expressions.startsExpression() ? this.#expressions.tuple() : undefined;
        return { kind: 'return', value, range: cursor.from(start) };
      }
      case 'raise': {
        cursor.next();
        const values: Expression[] = [];
        if (this.#expressions.startsExpression()) {
          values.push(this.#expressions.expression());
          if (cursor.accept('from')) values.push(this.#expressions.expression());
        }
        return { kind: 'raise', values, range: cursor.from(start) };
      }
      case 'pass':
      case 'break':
      case 'continue':
      case 'del':
      case 'assert':
      case 'global':
      case 'nonlocal':
        return this.#plain(text, start);
      case 'type':
        if (cursor.peek(1).kind !== 'name' || isKeyword(cursor.peek(1).text)) return this.#assign();
        cursor.next();
        cursor.next();
        this.#typeParameters();
        cursor.expect('=');
        this.#expressions.expression();
        return undefined;
      default:
        return this.#assign();
    }
  }

  #plain(keyword: string, start: number): Statement {
    this.#cursor.next();
    const values: Expression[] = [];
    if (keyword !== 'pass' && keyword !== 'break' && keyword !== 'continue') {
      do {
        if (values.length > 0 && !this.#expressions.startsExpression()) break;
        values.push(this.#expressions.expression());
      } while (this.#cursor.accept(','));
    }
    return { kind: 'plain', keyword, values, range: this.#cursor.from(start) };
  }

  #assign(): Statement {
    const cursor = this.#cursor;
    const { start } = cursor.token;
    const first = this.#expressions.tuple();
    const { text, kind } = cursor.token;
    if (kind === 'operator' && augmentedAssignment.test(text)) {
      cursor.next();
      const value = this.#expressions.tuple();
      const range = cursor.from(start);
      return { kind: 'assign', targets: [first], annotation: undefined, value, augmented: text, range };
    }
    const annotation = cursor.accept(':') ? this.#expressions.expression() : undefined;
    const parts = [first];
    while (cursor.accept('=')) parts.push(this.#expressions.tuple());
    if (parts.length === 1 && annotation === undefined)
      return { kind: 'expression', value: first, range: cursor.from(start) };
    const value = parts.length > 1 ? parts.pop() : undefined;
    const targets = parts.map((part) => this.#target(part));
    return { kind: 'assign', targets, annotation, value, augmented: undefined, range: cursor.from(start) };
  }

  /** `*rest` among targets binds its name. */
  #target(expression: Expression): Expression {
    if (expression.kind === 'tuple' || expression.kind === 'list')
      return { ...expression, items: expression.items.map((item) => this.#target(item)) };
    if (expression.kind !== 'other' || this.#text[expression.range.start] !== '*') return expression;
    return expression.children[0] ?? expression;
  }

  #import(): ImportStatement {
    const { start } = this.#cursor.next();
    const names: ImportedName[] = [];
    do {
      const dotted = this.#dotted();
      const alias = this.#cursor.accept('as') ? this.#expressions.name().text : undefined;
      const bound = alias ?? dotted.text.split('.')[0] ?? dotted.text;
      names.push({ module: dotted.text, level: 0, name: undefined, bound, range: this.#cursor.from(dotted.start) });
    } while (this.#cursor.accept(','));
    return { kind: 'import', names, range: this.#cursor.from(start) };
  }

  #dotted(): { readonly text: string; readonly start: number } {
    const first = this.#expressions.name();
    let { text } = first;
    while (this.#cursor.accept('.')) text += `.${this.#expressions.name().text}`;
    return { text, start: first.start };
  }

  #importFrom(): ImportStatement {
    const cursor = this.#cursor;
    const { start } = cursor.next();
    let level = 0;
    for (; cursor.is('.') || cursor.is('...'); cursor.next()) level += cursor.token.text.length;
    const module = cursor.is('import') && level > 0 ? '' : this.#dotted().text;
    cursor.expect('import');
    const names: ImportedName[] = [];
    const star = cursor.token;
    if (cursor.accept('*'))
      names.push({ module, level, name: '*', bound: '*', range: { start: star.start, end: star.end } });
    else {
      const enclosed = cursor.accept('(');
      do {
        if (enclosed && names.length > 0 && cursor.is(')')) break;
        const name = this.#expressions.name();
        const bound = cursor.accept('as') ? this.#expressions.name().text : name.text;
        names.push({ module, level, name: name.text, bound, range: cursor.from(name.start) });
      } while (cursor.accept(','));
      if (enclosed) cursor.expect(')');
    }
    return { kind: 'import', names, range: cursor.from(start) };
  }

  #decorated(): Statement {
    const { start } = this.#cursor.token;
    const decorators: Decorator[] = [];
    for (let at = start; this.#cursor.accept('@'); at = this.#cursor.token.start) {
      const expression = this.#expressions.named();
      decorators.push({ expression, range: this.#cursor.from(at) });
      if (this.#cursor.token.kind !== 'newline') throw this.#cursor.unreadable();
      this.#cursor.next();
    }
    if (this.#cursor.is('class')) return this.#class(decorators, start);
    return this.#function(decorators, start, this.#cursor.accept('async'));
  }

  #function(decorators: readonly Decorator[], start: number, async: boolean): Statement {
    const cursor = this.#cursor;
    cursor.expect('def');
    const name = this.#expressions.name();
    this.#typeParameters();
    cursor.expect('(');
    const parameters = this.#expressions.parameters(')', true);
    cursor.expect(')');
    const returns = cursor.accept('->') ? this.#expressions.expression() : undefined;
    const body = this.#block();
    return {
      kind: 'function',
      name: name.text,
      nameRange: { start: name.start, end: name.end },
      async,
      decorators,
      parameters,
      returns,
      body,
      range: this.#until(start, body),
    };
  }

  /** `[T: int = str, *Ts, **P]` says nothing that is asked for; it must only be closed. */
  #typeParameters(): void {
    if (!this.#cursor.is('[')) return;
    let open = 0;
    do {
      const { text, kind } = this.#cursor.next();
      if (kind === 'newline' || kind === 'end') throw this.#cursor.unreadable();
      if (text === '[') open++;
      else if (text === ']') open--;
    } while (open > 0);
  }

  #class(decorators: readonly Decorator[], start: number): Statement {
    this.#cursor.expect('class');
    const name = this.#expressions.name();
    this.#typeParameters();
    const bases = this.#cursor.is('(') ? this.#expressions.arguments() : [];
    const body = this.#block();
    const nameRange = { start: name.start, end: name.end };
    return { kind: 'class', name: name.text, nameRange, decorators, bases, body, range: this.#until(start, body) };
  }

  /** A range to the end of a block: its last statement's, not that of the dedent after it. */
  #until(start: number, ...blocks: readonly (readonly Statement[])[]): TextRange {
    const last = blocks.findLast((block) => block.length > 0)?.at(-1);
    return { start, end: last?.range.end ?? this.#cursor.end };
  }

  #if(): Statement {
    const { start } = this.#cursor.token;
    const branches: { test: Expression; body: Statement[] }[] = [];
    while (this.#cursor.is('if') || this.#cursor.is('elif')) {
      if (branches.length > 0 && this.#cursor.is('if')) break;
      this.#cursor.next();
      const test = this.#expressions.named();
      branches.push({ test, body: this.#block() });
    }
    const otherwise = this.#cursor.accept('else') ? this.#block() : [];
    const range = this.#until(start, ...branches.map(({ body }) => body), otherwise);
    return { kind: 'if', branches, otherwise, range };
  }

  #loop(start: number): Statement {
    const keyword = this.#cursor.next().text === 'for' ? 'for' : 'while';
    const heads: Expression[] = [];
    if (keyword === 'for') {
      heads.push(this.#expressions.targets());
      this.#cursor.expect('in');
      heads.push(this.#expressions.tuple());
    } else heads.push(this.#expressions.named());
    const body = this.#block();
    if (this.#cursor.accept('else')) body.push(...this.#block());
    return { kind: 'loop', keyword, heads, body, range: this.#until(start, body) };
  }

  #try(): Statement {
    const cursor = this.#cursor;
    const { start } = cursor.next();
    const body = this.#block();
    const handlers: ExceptClause[] = [];
    while (cursor.is('except')) handlers.push(this.#handler());
    const otherwise = handlers.length > 0 && cursor.accept('else') ? this.#block() : [];
    const final = handlers.length === 0 || cursor.is('finally') ? this.#finally() : [];
    const range = this.#until(start, body, ...handlers.map((handler) => handler.body), otherwise, final);
    return { kind: 'try', body, handlers, otherwise, final, range };
  }

  #finally(): Statement[] {
    this.#cursor.expect('finally');
    return this.#block();
  }

  #handler(): ExceptClause {
    const cursor = this.#cursor;
    const keyword = cursor.next();
    cursor.accept('*');
    const caught = cursor.is(':') ? undefined : this.#expressions.tuple();
    const bound = cursor.accept('as') ? this.#expressions.name().text : undefined;
    const body = this.#block();
    return {
      types: caught?.kind === 'tuple' ? caught.items : caught ? [caught] : [],
      keywordRange: { start: keyword.start, end: keyword.end },
      bound,
      body,
      range: this.#until(keyword.start, body),
    };
  }

  #with(start: number, async: boolean): Statement {
    const cursor = this.#cursor;
    cursor.expect('with');
    const enclosed = cursor.is('(') && this.#enclosesItems();
    if (enclosed) cursor.next();
    const items: Expression[] = [];
    do {
      if (enclosed && cursor.is(')')) break;
      items.push(this.#expressions.named());
      if (cursor.accept('as')) items.push(this.#expressions.starred());
    } while (cursor.accept(','));
    if (enclosed) cursor.expect(')');
    const body = this.#block();
    return { kind: 'with', async, items, body, range: this.#until(start, body) };
  }

  /** Whether the bracket at hand holds the items of a `with`, and is not the start of the first one. */
  #enclosesItems(): boolean {
    let open = 0;
    for (let distance = 0; ; distance++) {
      const { kind, text } = this.#cursor.peek(distance);
      if (kind === 'newline' || kind === 'end') return false;
      if (kind !== 'operator') continue;
      if ('([{'.includes(text)) open++;
      else if (')]}'.includes(text) && --open === 0) return this.#cursor.peek(distance + 1).text === ':';
    }
  }

  /** `match` is a keyword only at the head of a block of cases. */
  #isMatch(): boolean {
    for (let distance = 1; ; distance++) {
      const { kind } = this.#cursor.peek(distance);
      if (kind === 'end') return false;
      if (kind !== 'newline') continue;
      const block = this.#cursor.peek(distance - 1).text === ':' && this.#cursor.peek(distance + 1).kind === 'indent';
      return block && distance > 2 && this.#cursor.peek(distance + 2).text === 'case';
    }
  }

  #match(): Statement {
    const cursor = this.#cursor;
    const { start } = cursor.next();
    const heads = [this.#expressions.tuple()];
    cursor.expect(':');
    cursor.next();
    cursor.next();
    const body: Statement[] = [];
    while (cursor.token.kind !== 'dedent') {
      cursor.expect('case');
      this.#pattern();
      if (cursor.accept('if')) heads.push(this.#expressions.named());
      body.push(...this.#block());
    }
    cursor.next();
    return { kind: 'match', heads, body, range: this.#until(start, body) };
  }

  /** Passes over a pattern, up to its guard or colon. */
  #pattern(): void {
    for (let open = 0; ; ) {
      const { kind, text } = this.#cursor.token;
      if (kind === 'newline' || kind === 'end') throw this.#cursor.unreadable();
      if (open === 0 && (text === ':' || text === 'if')) return;
      if (kind === 'operator' && '([{'.includes(text)) open++;
      else if (kind === 'operator' && ')]}'.includes(text)) open--;
      this.#cursor.next();
    }
  }
}

/** The expression of an f-string's field; undefined when it cannot be read. */
function readField(text: string, range: TextRange, depth: number): Expression | undefined {
  if (depth >= maximumDepth) return undefined;
  const cursor = new Cursor(tokenize(text, range));
  try {
    return new ExpressionReader(text, cursor, (inner, below) => readField(text, inner, below), depth).tuple();
  } catch (problem) {
    if (problem instanceof Unreadable) return undefined;
    throw problem;
  }
}
