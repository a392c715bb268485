import type { Scope } from '../../../artifacts/python/module.ts';
import type { Expression, FunctionStatement, Statement } from '../../../artifacts/python/syntax.ts';
import { blocksOf, childrenOf, expressionsOf } from '../../../artifacts/python/syntax.ts';

const ROUTES = new Set(['get', 'post', 'put', 'patch', 'delete', 'route', 'api_route', 'websocket']);

/** The function around a place that answers requests: one with a route's decorator. */
export function handlerAround({ functions }: Pick<Scope, 'functions'>): FunctionStatement | undefined {
  return functions.find(isHandler);
}

/** Whether a function is registered for a route: `@app.get("/orders")`. */
export function isHandler(statement: FunctionStatement): boolean {
  return statement.decorators.some(
    ({ expression }) =>
      expression.kind === 'call' &&
      expression.callee.kind === 'attribute' &&
      ROUTES.has(expression.callee.name) &&
      expression.args.length > 0,
  );
}

/** All expressions inside some statements, nested ones included. */
export function* expressionsIn(statements: readonly Statement[]): Generator<Expression> {
  for (const statement of statements) {
    for (const expression of expressionsOf(statement)) yield* within(expression);
    for (const block of blocksOf(statement)) yield* expressionsIn(block);
  }
}

/** An expression and all those inside of it. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  for (const child of childrenOf(expression)) yield* within(child);
}

/** The last name of `a.b.c`. */
export function lastName(expression: Expression): string {
  return expression.kind === 'name' || expression.kind === 'attribute' ? expression.name : '';
}

/** Whether an expression is a text that is wholly written in the code. */
export function isLiteral(expression: Expression | undefined): boolean {
  if (expression?.kind === 'string') return expression.parts.every((part) => typeof part === 'string');
  if (expression?.kind === 'list' || expression?.kind === 'tuple') return expression.items.every(isLiteral);
  return expression?.kind === 'number' || expression?.kind === 'constant';
}
