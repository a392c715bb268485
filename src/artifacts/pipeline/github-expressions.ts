import { alignedWith, type OffsetMap } from '../shell/offset-map.ts';
import type { Location, TextRange } from '../source-file.ts';
import { type MapNode, ScalarNode } from '../yaml/node.ts';
import { type Expression, type ExpressionProblem, parseExpression, placeholders } from './expression.ts';
import { actionShape, workflowShape } from './github-syntax.ts';
import { places } from './syntax.ts';

/** An expression where it is written. As a place it is its text without `${{ }}`. */
export interface PlacedExpression extends Location {
  readonly node: ScalarNode;
  /** The keys that lead to the scalar. */
  readonly path: readonly string[];
  /** Undefined where it cannot be parsed. */
  readonly expression: Expression | undefined;
  readonly problem: ExpressionProblem | undefined;
  /** Where it begins and ends in the scalar's text, with `${{ }}` if it has them. */
  readonly outer: TextRange;
  /** Whether it is a condition, written with or without `${{ }}`. */
  readonly condition: boolean;
  /** Contexts and special functions that may be used here, in lower case. */
  readonly contexts: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** The place of a part. */
  at(part: { readonly start: number; readonly end: number }): Location;
}

/**
 * Every expression of a workflow or an action.
 *
 * @param kind which of the two
 */
export function githubExpressions(root: MapNode, kind: 'workflow' | 'action'): readonly PlacedExpression[] {
  const found: PlacedExpression[] = [];
  const seen = new Set<ScalarNode>();
  for (const { node, path, shape, contexts, functions } of places(
    root,
    kind === 'workflow' ? workflowShape : actionShape,
  )) {
    if (!(node instanceof ScalarNode) || typeof node.value !== 'string' || seen.has(node)) continue;
    const condition = shape.condition === true;
    if (!condition && !node.source.includes('${{')) continue;
    seen.add(node);
    const map = alignedWith(node.source, node.file.text, node.range);
    for (const span of spans(node.source, condition)) {
      found.push({ ...placed(node, map, span), path, condition, contexts, functions });
    }
  }
  return found;
}

interface Span {
  readonly inner: { readonly start: number; readonly end: number };
  readonly outer: TextRange;
  readonly closed: boolean;
}

function spans(text: string, condition: boolean): readonly Span[] {
  if (condition && !text.includes('${{')) {
    const outer = { start: 0, end: text.trimEnd().length };
    return outer.end === 0 ? [] : [{ inner: outer, outer, closed: true }];
  }
  return placeholders(text).map(({ start, end, inner, closed }) => ({ inner, outer: { start, end }, closed }));
}

function placed(node: ScalarNode, map: OffsetMap, { inner, outer, closed }: Span) {
  const { file, source } = node;
  const at = ({ start, end }: { readonly start: number; readonly end: number }): Location => {
    const from = map.toFile(start);
    return { file, range: { start: from, end: end > start ? Math.max(from + 1, map.toFile(end - 1) + 1) : from } };
  };
  const parsed = closed
    ? parseExpression(source, inner)
    : { problem: { message: '}} is missing', start: outer.start, end: outer.start + 3 } };
  const trimmed = source.slice(inner.start, inner.end);
  const start = inner.start + trimmed.length - trimmed.trimStart().length;
  const { range } = at({ start, end: Math.max(start, inner.start + trimmed.trimEnd().length) });
  return {
    ...{ file, range, node, outer, at },
    expression: 'expression' in parsed ? parsed.expression : undefined,
    problem: 'problem' in parsed ? parsed.problem : undefined,
  };
}
