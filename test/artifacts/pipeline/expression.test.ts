import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contextReads,
  type Expression,
  parseExpression,
  placeholders,
} from '../../../src/artifacts/pipeline/expression.ts';

/** An expression as text again, with brackets around all that is joined. */
function shown(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? `'${expression.value}'` : String(expression.value);
    case 'context':
      return expression.name;
    case 'property':
      return `${shown(expression.object)}.${expression.name}`;
    case 'all':
      return `${shown(expression.object)}.*`;
    case 'index':
      return `${shown(expression.object)}[${shown(expression.index)}]`;
    case 'call':
      return `${expression.name}(${expression.args.map(shown).join(', ')})`;
    case 'not':
      return `!${shown(expression.operand)}`;
    case 'binary':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
  }
}

function parsed(text: string): string {
  const result = parseExpression(text);
  if ('problem' in result) return `${result.problem.start}: ${result.problem.message}`;
  return shown(result.expression);
}

describe('parseExpression', () => {
  it.each([
    [
      "github.ref == 'refs/heads/main' && !cancelled() || failure()",
      "(((github.ref == 'refs/heads/main') && !cancelled()) || failure())",
    ],
    ["a.b['c'].*[0] > -1.5e3", "(a.b['c'].*[0] > -1500)"],
    ['a < b == c', '((a < b) == c)'],
    ["format('it''s {0}', toJSON(fromJSON('[1]')))", "format('it's {0}', toJSON(fromJSON('[1]')))"],
    ['steps.some-id.outputs.a_b', 'steps.some-id.outputs.a_b'],
    ['(true)', 'true'],
    ['0xff', '255'],
  ])('reads %s', (text, wanted) => {
    expect(parsed(text)).toBe(wanted);
  });

  it.each([
    ['', '0: the expression is empty'],
    ['"a"', '0: a string is written in single quotes'],
    ["'a", '0: the string has no end'],
    ['1 + 2', '2: there is no operator +'],
    ['a = b', '2: equality is written =='],
    ['a & b', '2: the operator is written &&'],
    ['github.', '7: a name is missing at the end'],
    ['toJSON(a', '8: , or ) is missing'],
    ['a b', '2: b is not expected'],
  ])('says what is wrong with %s', (text, wanted) => {
    expect(parsed(text)).toBe(wanted);
  });

  it('never throws, and never points outside the text', () => {
    const pieces = fc.constantFrom(
      'github',
      '.',
      'ref',
      '(',
      ')',
      '[',
      ']',
      '*',
      "'a'",
      '==',
      '&&',
      '||',
      '!',
      ',',
      '1',
      ' ',
      '"',
      '}',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
        const text = words.join('');
        const result = parseExpression(text);
        const span = 'problem' in result ? result.problem : result.expression;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.start).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('placeholders', () => {
  it('ends at the braces outside of strings', () => {
    const text = "a ${{ format('}}', 1) }} b ${{ open";
    expect(placeholders(text).map(({ start, end, closed }) => [text.slice(start, end), closed])).toEqual([
      ["${{ format('}}', 1) }}", true],
      ['${{ open', false],
    ]);
  });
});

describe('contextReads', () => {
  it('gives the longest paths, those in brackets too', () => {
    const result = parseExpression("contains(github.event.*.body, steps[matrix.id].outputs['x']) && env.A");
    const paths = 'expression' in result ? [...contextReads(result.expression)].map(({ path }) => path.join('.')) : [];
    expect(paths).toEqual(['github.event.*.body', 'steps.*.outputs.x', 'matrix.id', 'env.a']);
  });
});
