import { ScalarNode } from '../artifacts/yaml/node.ts';
import type { Violation } from '../artifacts/yaml/schema.ts';
import type { Edit } from './edit.ts';
import type { OptionDefinition, RuleContext } from './rule.ts';
import { meant } from './spelling.ts';
import { replaceScalar } from './yaml-edit.ts';

/** The messages of a rule that compares documents with a schema. */
export const schemaMessages = {
  unknown: { text: '{owner} has no field {name}', remedy: '{advice}.' },
  missing: { text: '{owner} lacks {name}', remedy: 'Add it.' },
  type: { text: '{field} is {actual}, where {expected} belongs', remedy: 'Write {expected}.' },
  value: { text: '{field} is "{value}", which is not {expected}', remedy: 'Choose a value that is {expected}.' },
} as const;

const articles: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  null: 'nothing',
};

/**
 * Reports violations in words.
 *
 * @param title what the whole document is called
 */
export function reportViolations(
  report: RuleContext<typeof schemaMessages, Readonly<Record<never, OptionDefinition>>>['report'],
  found: readonly Violation[],
  title: string,
): void {
  for (const violation of found) {
    const { path, where } = violation;
    switch (violation.kind) {
      case 'unknown': {
        const near = nearest(violation.name, violation.known);
        const advice = near === undefined ? 'Remove it or move it to where it belongs' : `Write ${near}`;
        report('unknown', where, { owner: path || title, name: violation.name, advice });
        break;
      }
      case 'missing':
        report('missing', where, { owner: path || title, name: violation.name });
        break;
      case 'type': {
        const types = violation.expected.filter((type) => type !== 'null');
        const expected = types.map((type) => articles[type] ?? type).join(' or ');
        const actual = articles[violation.actual] ?? violation.actual;
        report('type', where, { field: path || title, actual, expected }, { fix: retyped(violation) });
        break;
      }
      case 'value':
        report('value', where, { field: path, value: violation.value, expected: violation.expected });
    }
  }
}

function nearest(name: string, known: readonly string[]): string | undefined {
  return known.find((field) => field.toLowerCase() === name.toLowerCase()) ?? meant(name, known);
}

/** Quotes what has to be a string, and unquotes a number or a boolean: the reader refuses anything else. */
function retyped({ path, where, expected }: Violation & { kind: 'type' }): readonly Edit[] {
  if (!(where instanceof ScalarNode) || where.value === null) return [];
  // A duration lacks its unit, which nobody but the author knows.
  if (/(?:interval|timeout|period|delay|window|monitor)$/.test(path)) return [];
  if (expected.includes('string')) return replaceScalar(where, JSON.stringify(where.source));
  const { source } = where;
  const fits =
    (expected.includes('integer') && /^(?:0|[1-9]\d{0,14})$/.test(source)) ||
    (expected.includes('boolean') && /^(?:true|false)$/.test(source));
  return fits && typeof where.value === 'string' ? replaceScalar(where, source) : [];
}
