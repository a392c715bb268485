import { stringify } from 'yaml';
import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Versions } from './feature.ts';

type Helper = (...values: never[]) => unknown;

/** The helpers that need no versions; a closed list. */
const HELPERS = {
  eq: (left: unknown, right: unknown) => left === right,
  and: (...values: unknown[]) => values.slice(0, -1).every(isTruthy),
  or: (...values: unknown[]) => values.slice(0, -1).some(isTruthy),
  not: (value: unknown) => !isTruthy(value),
  includes: (list: readonly unknown[], value: unknown) => list.includes(value),
  union: (left: readonly string[], right: readonly string[]) => [...new Set([...left, ...right])].sort(compareText),
  join: (list: readonly string[], separator: string) => list.join(separator),
  concat: (...values: unknown[]) => values.slice(0, -1).join(''),
  json: (value: unknown) => JSON.stringify(value),
  yaml: (value: unknown) => stringify(value, { lineWidth: 0 }).trimEnd(),
  pystr: (value: unknown) => pythonString(String(value)),
  pyvalue: (value: unknown) => pythonValue(value),
  upper: (text: string) => text.toUpperCase(),
  snake: (text: string) => words(text).join('_'),
  kebab: (text: string) => words(text).join('-'),
  pascal: (text: string) => words(text).map(capitalise).join(''),
  title: (text: string) => words(text).map(capitalise).join(' '),
  indent: (width: number, text: string) => indent(width, text),
  // On a line of its own where there is a text, nothing where there is none.
  nindent: (width: number, text: string) => (text === '' ? '' : `\n${indent(width, text)}`),
} satisfies Record<string, Helper>;

/** Names of all helpers: templates are compiled against this closed list. */
export const HELPER_NAMES: readonly string[] = [...Object.keys(HELPERS), 'action', 'image', 'version'];

/**
 * The helpers that a template may call.
 *
 * @param versions the pinned versions that `action`, `image` and `version` look up
 */
export function helpersFor(versions: Versions): Record<string, Helper> {
  return {
    ...HELPERS,
    action: (name: string) => {
      const action = versions.actions[name] ?? missing('action', name);
      return `${name}@${action.sha} # ${action.tag}`;
    },
    image: (name: string) => {
      const image = versions.images[name] ?? missing('image', name);
      const digest = image.digest === undefined ? '' : `@${image.digest}`;
      return `${image.image}:${image.tag}${digest}`;
    },
    version: (name: string) => (versions.tools[name] ?? missing('tool', name)).version,
  };
}

function missing(kind: string, name: string): never {
  throw new UserError(`versions.yaml lists no ${kind} "${name}"`, { remedy: 'Look it up and add it with its source.' });
}

function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function indent(width: number, text: string): string {
  const space = ' '.repeat(width);
  return text.replace(/^(?=.)/gm, space);
}

/** A Python literal: `None`, `True`, a number or a string. */
function pythonValue(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : pythonString(String(value));
}

/** A Python string literal in the style of ruff's formatter: double quotes unless the text holds only those. */
function pythonString(text: string): string {
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  const body = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `${quote}${body}${quote}`;
}
