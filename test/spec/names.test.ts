import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem, suggestName } from '../../src/spec/names.ts';

describe('nameProblem', () => {
  it.each(['orders', 'order-intake', 'a1', 'x-2-y'])('lets %s pass', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });

  it.each([
    '',
    'Orders',
    '1st',
    'a--b',
    '-a',
    'a-',
    'a_b',
    'json',
    'class',
    'fastapi',
    'tests',
    'a'.repeat(41),
    'ö',
    'a.b',
    'a b',
  ])('refuses %j', (name) => {
    expect(nameProblem(name)).toBeTypeOf('string');
  });

  it('always has a suggestion that works', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => nameProblem(suggestName(name)) === undefined));
    expect(suggestName('Order_Intake!')).toBe('order-intake');
    expect(suggestName('OrderIntake')).toBe('order-intake');
  });
});
