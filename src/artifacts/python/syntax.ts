import type { TextRange } from '../source-file.ts';

/** A Python expression, reduced to what static reading needs. `other` keeps its children so that nothing is missed. */
export type Expression =
  | NameExpression
  | AttributeExpression
  | CallExpression
  | StringExpression
  | NumberExpression
  | ConstantExpression
  | SequenceExpression
  | DictExpression
  | BinaryExpression
  | BooleanExpression
  | ConditionalExpression
  | SubscriptExpression
  | AwaitExpression
  | LambdaExpression
  | OtherExpression;

interface Node {
  readonly range: TextRange;
}

export interface NameExpression extends Node {
  readonly kind: 'name';
  readonly name: string;
}

export interface AttributeExpression extends Node {
  readonly kind: 'attribute';
  readonly object: Expression;
  readonly name: string;
  readonly nameRange: TextRange;
}

/** One argument of a call; `star` marks `*args` and `**kwargs`, whose contents are unknown. */
export interface Argument extends Node {
  readonly name: string | undefined;
  readonly value: Expression;
  readonly star: '' | '*' | '**';
}

export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

/** A string literal with its parts; an f-string has expressions among them, bytes are marked. */
export interface StringExpression extends Node {
  readonly kind: 'string';
  readonly parts: readonly (string | Expression)[];
  readonly bytes: boolean;
}

export interface NumberExpression extends Node {
  readonly kind: 'number';
  readonly value: number;
}

export interface ConstantExpression extends Node {
  readonly kind: 'constant';
  readonly value: true | false | null;
}

export interface SequenceExpression extends Node {
  readonly kind: 'list' | 'tuple' | 'set';
  readonly items: readonly Expression[];
}

/** A dict display; `**other` has no key. */
export interface DictExpression extends Node {
  readonly kind: 'dict';
  readonly entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[];
}

export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export interface BooleanExpression extends Node {
  readonly kind: 'boolean';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalExpression extends Node {
  readonly kind: 'conditional';
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

export interface SubscriptExpression extends Node {
  readonly kind: 'subscript';
  readonly object: Expression;
  readonly items: readonly Expression[];
}

export interface AwaitExpression extends Node {
  readonly kind: 'await';
  readonly value: Expression;
}

export interface LambdaExpression extends Node {
  readonly kind: 'lambda';
  readonly body: Expression;
}

export interface OtherExpression extends Node {
  readonly kind: 'other';
  readonly children: readonly Expression[];
}

/** A Python statement. */
export type Statement =
  | ImportStatement
  | AssignStatement
  | FunctionStatement
  | ClassStatement
  | IfStatement
  | LoopStatement
  | TryStatement
  | WithStatement
  | MatchStatement
  | ReturnStatement
  | RaiseStatement
  | ExpressionStatement
  | PlainStatement;

/** One name that an import binds. `import a.b` binds `a`; `from m import n as x` binds `x`. */
export interface ImportedName extends Node {
  /** The module, without leading dots. */
  readonly module: string;
  /** Leading dots: 0 is absolute. */
  readonly level: number;
  /** What is taken from the module; undefined for `import m`, `*` for a star import. */
  readonly name: string | undefined;
  readonly bound: string;
}

export interface ImportStatement extends Node {
  readonly kind: 'import';
  readonly names: readonly ImportedName[];
}

/** `a = b = value`, `a: T = value`, `a: T` and `a += value`. */
export interface AssignStatement extends Node {
  readonly kind: 'assign';
  readonly targets: readonly Expression[];
  readonly annotation: Expression | undefined;
  readonly value: Expression | undefined;
  /** An augmented assignment's operator, for example `+=`. */
  readonly augmented: string | undefined;
}

export interface Parameter extends Node {
  readonly name: string;
  readonly annotation: Expression | undefined;
  readonly default: Expression | undefined;
  readonly star: '' | '*' | '**';
}

export interface Decorator extends Node {
  readonly expression: Expression;
}

export interface FunctionStatement extends Node {
  readonly kind: 'function';
  readonly name: string;
  readonly nameRange: TextRange;
  readonly async: boolean;
  readonly decorators: readonly Decorator[];
  readonly parameters: readonly Parameter[];
  readonly returns: Expression | undefined;
  readonly body: readonly Statement[];
}

export interface ClassStatement extends Node {
  readonly kind: 'class';
  readonly name: string;
  readonly nameRange: TextRange;
  readonly decorators: readonly Decorator[];
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
}

export interface IfStatement extends Node {
  readonly kind: 'if';
  readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[];
}

export interface LoopStatement extends Node {
  readonly kind: 'loop';
  readonly keyword: 'for' | 'while';
  readonly heads: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface ExceptClause extends Node {
  /** The caught types; empty for a bare `except:`. */
  readonly types: readonly Expression[];
  readonly keywordRange: TextRange;
  readonly bound: string | undefined;
  readonly body: readonly Statement[];
}

export interface TryStatement extends Node {
  readonly kind: 'try';
  readonly body: readonly Statement[];
  readonly handlers: readonly ExceptClause[];
  readonly otherwise: readonly Statement[];
  readonly final: readonly Statement[];
}

export interface WithStatement extends Node {
  readonly kind: 'with';
  readonly async: boolean;
  readonly items: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface MatchStatement extends Node {
  readonly kind: 'match';
  readonly heads: readonly Expression[];
  readonly body: readonly Statement[];
}

export interface ReturnStatement extends Node {
  readonly kind: 'return';
  readonly value: Expression | undefined;
}

export interface RaiseStatement extends Node {
  readonly kind: 'raise';
  readonly values: readonly Expression[];
}

export interface ExpressionStatement extends Node {
  readonly kind: 'expression';
  readonly value: Expression;
}

/** `pass`, `break`, `global`, `assert`, `del` and the like, with the expressions in them. */
export interface PlainStatement extends Node {
  readonly kind: 'plain';
  readonly keyword: string;
  readonly values: readonly Expression[];
}

/** The dotted name of `a.b.c`; undefined for anything else. */
export function dottedName(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'attribute') return undefined;
  const object = dottedName(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}

/** The keyword argument of a call. */
export function keyword(call: CallExpression, name: string): Argument | undefined {
  return call.args.find((argument) => argument.name === name);
}

/** The positional argument at an index, or the keyword argument of a name; undefined when `*args` comes before it. */
export function argumentAt(call: CallExpression, index: number, name?: string): Argument | undefined {
  const positional = call.args.filter((argument) => argument.name === undefined && argument.star !== '**');
  const candidate = positional[index];
  if (candidate && positional.slice(0, index + 1).every((argument) => argument.star === '')) return candidate;
  return name === undefined ? undefined : keyword(call, name);
}

/** Whether a call takes `*args` or `**kwargs`, so that an argument that is not seen may still be given. */
export function hasHiddenArguments(call: CallExpression): boolean {
  return call.args.some((argument) => argument.star !== '');
}

/** The expressions directly inside an expression. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'name':
    case 'number':
    case 'constant':
      return [];
    case 'attribute':
      return [expression.object];
    case 'call':
      return [expression.callee, ...expression.args.map((argument) => argument.value)];
    case 'string':
      return expression.parts.filter((part): part is Expression => typeof part !== 'string');
    case 'list':
    case 'tuple':
    case 'set':
      return expression.items;
    case 'dict':
      return expression.entries.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    case 'binary':
    case 'boolean':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'subscript':
      return [expression.object, ...expression.items];
    case 'await':
      return [expression.value];
    case 'lambda':
      return [expression.body];
    case 'other':
      return expression.children;
  }
}

/** The blocks of statements directly inside a statement, functions' and classes' bodies included. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'function':
    case 'class':
    case 'loop':
    case 'with':
    case 'match':
      return [statement.body];
    case 'if':
      return [...statement.branches.map((branch) => branch.body), statement.otherwise];
    case 'try':
      return [
        statement.body,
        ...statement.handlers.map((handler) => handler.body),
        statement.otherwise,
        statement.final,
      ];
    default:
      return [];
  }
}

/** The expressions directly in a statement, not those of its blocks. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'import':
      return [];
    case 'assign':
      return [...statement.targets, statement.annotation, statement.value].filter((item) => item !== undefined);
    case 'function':
      return [
        ...statement.decorators.map((decorator) => decorator.expression),
        ...statement.parameters.flatMap((parameter) => [parameter.annotation, parameter.default]),
        statement.returns,
      ].filter((item) => item !== undefined);
    case 'class':
      return [
        ...statement.decorators.map((decorator) => decorator.expression),
        ...statement.bases.map((base) => base.value),
      ];
    case 'if':
      return statement.branches.map((branch) => branch.test);
    case 'loop':
    case 'match':
      return statement.heads;
    case 'try':
      return statement.handlers.flatMap((handler) => handler.types);
    case 'with':
      return statement.items;
    case 'return':
      return statement.value ? [statement.value] : [];
    case 'raise':
    case 'plain':
      return statement.values;
    case 'expression':
      return [statement.value];
  }
}
