import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import type { TextRange } from '../source-file.ts';
import { decodeString } from './string-literal.ts';
import type {
  Argument,
  Decorator,
  ExceptClause,
  Expression,
  ImportedName,
  ImportStatement,
  Parameter,
  Statement,
} from './syntax.ts';

/** What a module says, and where its text stopped making sense. */
export interface ParsedModule {
  readonly body: readonly Statement[];
  /** The first place that is no Python; undefined when all of it parsed. */
  readonly error: TextRange | undefined;
}

/** Deeper nesting than any person writes; beyond it an expression counts as unknown. */
const MAX_DEPTH = 120;

/**
 * Parses a module. Never throws: what cannot be read is left out, and the first such place is told.
 *
 * @param text the module's source
 */
export function parsePython(text: string): ParsedModule {
  const tree = parser.parse(text);
  let error: TextRange | undefined;
  tree.iterate({
    enter(node) {
      if (error !== undefined) return false;
      if (node.type.isError && !isGrammarGap(text, node.from)) {
        error = { start: node.from, end: Math.max(node.to, Math.min(node.from + 1, text.length)) };
      }
      return undefined;
    },
  });
  return { body: new Reader(text).block(tree.topNode, 0), error };
}

/**
 * Valid Python that the grammar of @lezer/python 1.1 does not know: a bare `yield`, `20.` before a non-digit,
 * template strings (PEP 750), parenthesised `with` items, targets in `with … as (a, b)` and class patterns with
 * nested calls, starred items in subscripts and generators. Found by parsing the standard library of Python 3.13.
 */
function isGrammarGap(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const before = text.slice(Math.max(0, offset - 600), offset);
  return (
    /\byield\b|\d\.(?!\d)|\b[tT][rR]?["']|\b[rR][tT]["']|\bas\b|[[,(=]\s*\*|^\s*case\b|^\s*\)/.test(line) ||
    /\bwith\s*\([^:]*$|\bwith\b[^\n]*$|\byield\s*$/.test(before)
  );
}

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  block(parent: SyntaxNode, depth: number): Statement[] {
    const statements: Statement[] = [];
    if (depth > MAX_DEPTH) return statements;
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      const statement = this.#statement(node, depth + 1);
      if (statement) statements.push(statement);
    }
    return statements;
  }

  #slice(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }

  #statement(node: SyntaxNode, depth: number): Statement | undefined {
    const range = rangeOf(node);
    switch (node.name) {
      case 'ImportStatement':
        return this.#import(node);
      case 'AssignStatement':
      case 'UpdateStatement':
        return this.#assign(node, depth);
      case 'FunctionDefinition':
        return this.#function(node, [], range, depth);
      case 'ClassDefinition':
        return this.#class(node, [], range, depth);
      case 'DecoratedStatement':
        return this.#decorated(node, depth);
      case 'IfStatement':
        return this.#if(node, depth);
      case 'WhileStatement':
      case 'ForStatement':
        return {
          kind: 'loop',
          keyword: node.name === 'ForStatement' ? 'for' : 'while',
          heads: this.#expressions(
            children(node).filter((child) => child.name !== 'Body'),
            depth,
          ),
          body: children(node)
            .filter((child) => child.name === 'Body')
            .flatMap((child) => this.block(child, depth)),
          range,
        };
      case 'TryStatement':
        return this.#try(node, depth);
      case 'WithStatement':
        return {
          kind: 'with',
          async: node.firstChild?.name === 'async',
          items: this.#expressions(
            children(node).filter((child) => child.name !== 'Body'),
            depth,
          ),
          body: this.#body(node, depth),
          range,
        };
      case 'MatchStatement':
        return this.#match(node, depth);
      case 'ReturnStatement':
        return { kind: 'return', value: this.#tuple(children(node).slice(1), depth), range };
      case 'RaiseStatement':
        return { kind: 'raise', values: this.#expressions(children(node), depth), range };
      case 'ExpressionStatement': {
        const value = this.#tuple(children(node), depth);
        return value ? { kind: 'expression', value, range } : undefined;
      }
      case 'StatementGroup':
        return {
          kind: 'match',
          heads: [],
          body: this.block(node, depth),
          range,
        };
      default:
        if (!node.name.endsWith('Statement')) return undefined;
        return {
          kind: 'plain',
          keyword: node.firstChild ? this.#slice(node.firstChild) : '',
          values: this.#expressions(children(node).slice(1), depth),
          range,
        };
    }
  }

  #import(node: SyntaxNode): ImportStatement {
    const names: ImportedName[] = [];
    const parts = children(node);
    const from = parts[0]?.name === 'from';
    let module = '';
    let level = 0;
    let index = 1;
    if (from) {
      for (; index < parts.length && parts[index]?.name !== 'import'; index++) {
        const part = parts[index];
        if (part?.name === 'VariableName') module += (module === '' ? '' : '.') + this.#slice(part);
        else if (part && module === '') level += this.#slice(part).length;
      }
      index++;
    }
    let dotted = '';
    let start: SyntaxNode | undefined;
    let end: SyntaxNode | undefined;
    let alias: string | undefined;
    let afterAs = false;
    const finish = (): void => {
      if (start && end) {
        const range = { start: start.from, end: end.to };
        if (from) names.push({ module, level, name: dotted, bound: alias ?? dotted, range });
        else
          names.push({
            module: dotted,
            level: 0,
            name: undefined,
            bound: alias ?? dotted.split('.')[0] ?? dotted,
            range,
          });
      }
      dotted = '';
      start = undefined;
      end = undefined;
      alias = undefined;
      afterAs = false;
    };
    for (; index < parts.length; index++) {
      const part = parts[index];
      if (!part) continue;
      if (part.name === ',') finish();
      else if (part.name === 'as') afterAs = true;
      else if (part.name === 'VariableName' || part.name === '*') {
        if (afterAs) alias = this.#slice(part);
        else {
          dotted += (dotted === '' ? '' : '.') + this.#slice(part);
          start ??= part;
        }
        end = part;
      }
    }
    finish();
    return { kind: 'import', names, range: rangeOf(node) };
  }

  #assign(node: SyntaxNode, depth: number): Statement {
    const groups: SyntaxNode[][] = [[]];
    let annotation: Expression | undefined;
    let augmented: string | undefined;
    for (const child of children(node)) {
      if (child.name === 'AssignOp') groups.push([]);
      else if (child.name === 'UpdateOp') {
        augmented = this.#slice(child);
        groups.push([]);
      } else if (child.name === 'TypeDef') annotation = this.#typeOf(child, depth);
      else groups.at(-1)?.push(child);
    }
    const value = groups.length > 1 ? this.#tuple(groups.at(-1) ?? [], depth) : undefined;
    const targets = (groups.length > 1 ? groups.slice(0, -1) : groups)
      .map((group) => this.#tuple(group, depth))
      .filter((target) => target !== undefined);
    return { kind: 'assign', targets, annotation, value, augmented, range: rangeOf(node) };
  }

  #typeOf(node: SyntaxNode, depth: number): Expression | undefined {
    return this.#tuple(
      children(node).filter((child) => child.name !== ':' && child.name !== '->'),
      depth,
    );
  }

  #decorated(node: SyntaxNode, depth: number): Statement | undefined {
    const decorators: Decorator[] = [];
    for (const child of children(node)) {
      if (child.name === 'Decorator') {
        const expression = this.#decorator(child, depth);
        if (expression) decorators.push({ expression, range: rangeOf(child) });
      } else if (child.name === 'FunctionDefinition') {
        return this.#function(child, decorators, rangeOf(node), depth);
      } else if (child.name === 'ClassDefinition') {
        return this.#class(child, decorators, rangeOf(node), depth);
      }
    }
    return undefined;
  }

  /** A decorator's parts are flat in the tree: names, dots and argument lists one after another. */
  #decorator(node: SyntaxNode, depth: number): Expression | undefined {
    let expression: Expression | undefined;
    for (const part of children(node)) {
      if (part.name === 'VariableName' || part.name === 'PropertyName') {
        expression = expression
          ? {
              kind: 'attribute',
              object: expression,
              name: this.#slice(part),
              nameRange: rangeOf(part),
              range: { start: expression.range.start, end: part.to },
            }
          : { kind: 'name', name: this.#slice(part), range: rangeOf(part) };
      } else if (part.name === 'ArgList' && expression) {
        expression = {
          kind: 'call',
          callee: expression,
          args: this.#arguments(part, depth),
          range: { start: expression.range.start, end: part.to },
        };
      } else if (part.name !== 'At' && part.name !== '.' && !part.type.isError) {
        expression ??= this.#expression(part, depth);
      }
    }
    return expression;
  }

  #function(node: SyntaxNode, decorators: readonly Decorator[], range: TextRange, depth: number): Statement {
    const name = node.getChild('VariableName');
    const returns = children(node).find((child) => child.name === 'TypeDef');
    const list = node.getChild('ParamList');
    return {
      kind: 'function',
      name: name ? this.#slice(name) : '',
      nameRange: name ? rangeOf(name) : rangeOf(node),
      async: node.firstChild?.name === 'async',
      decorators,
      parameters: list ? this.#parameters(list, depth) : [],
      returns: returns ? this.#typeOf(returns, depth) : undefined,
      body: this.#body(node, depth),
      range,
    };
  }

  #parameters(list: SyntaxNode, depth: number): Parameter[] {
    const parameters: Parameter[] = [];
    let star: Parameter['star'] = '';
    let name: SyntaxNode | undefined;
    let annotation: Expression | undefined;
    let fallback: Expression | undefined;
    let afterAssign = false;
    const finish = (): void => {
      if (name) {
        const end = fallback?.range.end ?? annotation?.range.end ?? name.to;
        parameters.push({
          name: this.#slice(name),
          annotation,
          default: fallback,
          star,
          range: { start: name.from, end },
        });
      }
      star = '';
      name = undefined;
      annotation = undefined;
      fallback = undefined;
      afterAssign = false;
    };
    for (const child of children(list)) {
      if (child.name === ',') finish();
      else if (child.name === '*' || child.name === '**') star = child.name;
      else if (child.name === 'AssignOp') afterAssign = true;
      else if (child.name === 'TypeDef') annotation = this.#typeOf(child, depth);
      else if (afterAssign) fallback ??= this.#expression(child, depth);
      else if (child.name === 'VariableName') name = child;
    }
    finish();
    return parameters;
  }

  #class(node: SyntaxNode, decorators: readonly Decorator[], range: TextRange, depth: number): Statement {
    const name = node.getChild('VariableName');
    const bases = node.getChild('ArgList');
    return {
      kind: 'class',
      name: name ? this.#slice(name) : '',
      nameRange: name ? rangeOf(name) : rangeOf(node),
      decorators,
      bases: bases ? this.#arguments(bases, depth) : [],
      body: this.#body(node, depth),
      range,
    };
  }

  #body(node: SyntaxNode, depth: number): Statement[] {
    const body = children(node).find((child) => child.name === 'Body' || child.name === 'MatchBody');
    return body ? this.block(body, depth) : [];
  }

  #if(node: SyntaxNode, depth: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    let otherwise: Statement[] = [];
    let test: Expression | undefined;
    for (const child of children(node)) {
      if (child.name === 'Body') {
        if (test) branches.push({ test, body: this.block(child, depth) });
        else otherwise = this.block(child, depth);
        test = undefined;
      } else if (child.name === 'else') test = undefined;
      else if (child.name !== 'if' && child.name !== 'elif') test ??= this.#expression(child, depth);
    }
    return { kind: 'if', branches, otherwise, range: rangeOf(node) };
  }

  #try(node: SyntaxNode, depth: number): Statement {
    const handlers: ExceptClause[] = [];
    let body: Statement[] = [];
    let otherwise: Statement[] = [];
    let final: Statement[] = [];
    let clause: string = 'try';
    let keywordNode: SyntaxNode = node;
    let types: Expression[] = [];
    let bound: string | undefined;
    let afterAs = false;
    for (const child of children(node)) {
      if (child.name === 'Body') {
        const statements = this.block(child, depth);
        if (clause === 'try') body = statements;
        else if (clause === 'else') otherwise = statements;
        else if (clause === 'finally') final = statements;
        else {
          handlers.push({
            types,
            keywordRange: rangeOf(keywordNode),
            bound,
            body: statements,
            range: { start: keywordNode.from, end: child.to },
          });
        }
      } else if (['try', 'except', 'else', 'finally'].includes(child.name)) {
        clause = child.name;
        keywordNode = child;
        types = [];
        bound = undefined;
        afterAs = false;
      } else if (child.name === 'as') afterAs = true;
      else if (afterAs) bound = this.#slice(child);
      else {
        const expression = this.#expression(child, depth);
        if (expression?.kind === 'tuple') types.push(...expression.items);
        else if (expression) types.push(expression);
      }
    }
    return { kind: 'try', body, handlers, otherwise, final, range: rangeOf(node) };
  }

  #match(node: SyntaxNode, depth: number): Statement {
    const body: Statement[] = [];
    const container = node.getChild('MatchBody');
    for (const clause of container ? children(container) : []) {
      if (clause.name === 'MatchClause') body.push(...this.#body(clause, depth));
    }
    const heads = this.#expressions(
      children(node).filter((child) => child.name !== 'MatchBody'),
      depth,
    );
    return { kind: 'match', heads, body, range: rangeOf(node) };
  }

  #expressions(nodes: readonly SyntaxNode[], depth: number): Expression[] {
    return nodes.map((node) => this.#expression(node, depth)).filter((item) => item !== undefined);
  }

  /** One expression, or the tuple that commas make of several. */
  #tuple(nodes: readonly SyntaxNode[], depth: number): Expression | undefined {
    const items = this.#expressions(nodes, depth);
    const [first] = items;
    const last = items.at(-1);
    if (first === undefined || last === undefined) return undefined;
    if (!nodes.some((node) => node.name === ',')) return first;
    return { kind: 'tuple', items, range: { start: first.range.start, end: last.range.end } };
  }

  #arguments(list: SyntaxNode, depth: number): Argument[] {
    const found: Argument[] = [];
    let group: SyntaxNode[] = [];
    const finish = (): void => {
      const argument = this.#argument(group, depth);
      if (argument) found.push(argument);
      group = [];
    };
    for (const child of children(list)) {
      if (child.name === '(' || child.name === ')') continue;
      if (child.name === ',') finish();
      else group.push(child);
    }
    finish();
    return found;
  }

  #argument(group: readonly SyntaxNode[], depth: number): Argument | undefined {
    const [first, second] = group;
    if (!first) return undefined;
    const last = group.at(-1) ?? first;
    const range = { start: first.from, end: last.to };
    if (first.name === '*' || first.name === '**') {
      const value = this.#expression(last, depth);
      return value ? { name: undefined, value, star: first.name, range } : undefined;
    }
    if (first.name === 'VariableName' && second?.name === 'AssignOp') {
      const value = this.#expression(last, depth);
      return value ? { name: this.#slice(first), value, star: '', range } : undefined;
    }
    if (group.length > 1) {
      const inner = this.#expressions(group, depth);
      return { name: undefined, value: { kind: 'other', children: inner, range }, star: '', range };
    }
    const value = this.#expression(first, depth);
    return value ? { name: undefined, value, star: '', range } : undefined;
  }

  #expression(node: SyntaxNode, depth: number): Expression | undefined {
    const range = rangeOf(node);
    if (depth > MAX_DEPTH) return { kind: 'other', children: [], range };
    const below = depth + 1;
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.#slice(node), range };
      case 'Number':
        return { kind: 'number', value: Number(this.#slice(node).replaceAll('_', '')), range };
      case 'Boolean':
        return { kind: 'constant', value: this.#slice(node) === 'True', range };
      case 'None':
        return { kind: 'constant', value: null, range };
      case 'String':
      case 'FormatString':
        return this.#string([node], range, below);
      case 'ContinuedString':
        return this.#string(children(node), range, below);
      case 'MemberExpression':
        return this.#member(node, below);
      case 'CallExpression': {
        const callee = node.firstChild ? this.#expression(node.firstChild, below) : undefined;
        const list = node.getChild('ArgList');
        if (!callee) return undefined;
        return { kind: 'call', callee, args: list ? this.#arguments(list, below) : [], range };
      }
      case 'ParenthesizedExpression': {
        const inner = children(node).find((child) => child.name !== '(' && child.name !== ')');
        return inner ? this.#expression(inner, below) : undefined;
      }
      case 'ArrayExpression':
        return { kind: 'list', items: this.#expressions(children(node), below), range };
      case 'TupleExpression':
        return { kind: 'tuple', items: this.#expressions(children(node), below), range };
      case 'SetExpression':
        return { kind: 'set', items: this.#expressions(children(node), below), range };
      case 'DictionaryExpression':
        return this.#dict(node, below);
      case 'BinaryExpression':
        return this.#binary(node, below);
      case 'UnaryExpression':
        return this.#unary(node, below);
      case 'ConditionalExpression': {
        const [then, test, otherwise] = this.#expressions(children(node), below);
        return then && test && otherwise ? { kind: 'conditional', test, then, otherwise, range } : undefined;
      }
      case 'AwaitExpression': {
        const value = node.lastChild ? this.#expression(node.lastChild, below) : undefined;
        return value ? { kind: 'await', value, range } : undefined;
      }
      case 'LambdaExpression': {
        const body = node.lastChild ? this.#expression(node.lastChild, below) : undefined;
        return body ? { kind: 'lambda', body, range } : undefined;
      }
      default:
        // Capitalised names are nodes, the rest are keywords and punctuation.
        if (!/^[A-Z]/.test(node.name) || /Op$|^Comment$|^At$/.test(node.name)) return undefined;
        return { kind: 'other', children: this.#expressions(children(node), below), range };
    }
  }

  #string(nodes: readonly SyntaxNode[], range: TextRange, depth: number): Expression {
    const parts: (string | Expression)[] = [];
    let bytes = false;
    for (const node of nodes) {
      const literal = decodeString(this.#slice(node));
      bytes ||= literal.bytes;
      const replacements = node.name === 'FormatString' ? node.getChildren('FormatReplacement') : [];
      if (replacements.length === 0) {
        parts.push(literal.value);
        continue;
      }
      let from = node.from + literal.contentStart;
      for (const replacement of replacements) {
        parts.push(literal.decode(this.#text.slice(from, replacement.from)));
        const inner = children(replacement).find((child) => child.name !== '{');
        const expression = inner ? this.#expression(inner, depth) : undefined;
        parts.push(expression ?? { kind: 'other', children: [], range: rangeOf(replacement) });
        from = replacement.to;
      }
      parts.push(literal.decode(this.#text.slice(from, node.to - literal.contentEnd)));
    }
    return { kind: 'string', parts: joinText(parts), bytes, range };
  }

  #member(node: SyntaxNode, depth: number): Expression | undefined {
    const range = rangeOf(node);
    const object = node.firstChild ? this.#expression(node.firstChild, depth) : undefined;
    if (!object) return undefined;
    const property = node.getChild('PropertyName');
    if (property)
      return { kind: 'attribute', object, name: this.#slice(property), nameRange: rangeOf(property), range };
    if (!node.getChild('[')) return object;
    return { kind: 'subscript', object, items: this.#expressions(children(node).slice(1), depth), range };
  }

  #dict(node: SyntaxNode, depth: number): Expression {
    const entries: { key: Expression | undefined; value: Expression }[] = [];
    let key: Expression | undefined;
    let spread = false;
    let afterColon = false;
    for (const child of children(node)) {
      if (child.name === '**') spread = true;
      else if (child.name === ':') afterColon = true;
      else if (child.name === ',') {
        spread = false;
        afterColon = false;
        key = undefined;
      } else {
        const expression = this.#expression(child, depth);
        if (!expression) continue;
        if (spread) entries.push({ key: undefined, value: expression });
        else if (afterColon) entries.push({ key, value: expression });
        else key = expression;
      }
    }
    return { kind: 'dict', entries, range: rangeOf(node) };
  }

  #binary(node: SyntaxNode, depth: number): Expression | undefined {
    const range = rangeOf(node);
    const parts = children(node);
    const left = parts[0] ? this.#expression(parts[0], depth) : undefined;
    const lastPart = parts.at(-1);
    const right = lastPart ? this.#expression(lastPart, depth) : undefined;
    if (!left || !right) return left ?? right;
    const operator = parts
      .slice(1, -1)
      .map((part) => this.#slice(part))
      .join(' ');
    if (operator === 'and' || operator === 'or') return { kind: 'boolean', operator, left, right, range };
    return { kind: 'binary', operator, left, right, range };
  }

  #unary(node: SyntaxNode, depth: number): Expression | undefined {
    const range = rangeOf(node);
    const operand = node.lastChild ? this.#expression(node.lastChild, depth) : undefined;
    const sign = node.firstChild ? this.#slice(node.firstChild) : '';
    if (operand?.kind === 'number' && sign === '-') return { kind: 'number', value: -operand.value, range };
    return operand ? { kind: 'other', children: [operand], range } : undefined;
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

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'Comment') found.push(child);
  }
  return found;
}

function rangeOf(node: SyntaxNode): TextRange {
  return { start: node.from, end: node.to };
}
