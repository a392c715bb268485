import { type Dict, isDict, isTrue, isUncertain, toText, toYaml, unknown, type Value } from './value.ts';

/** A template function; it is never called with a part of its arguments unknown. */
type TemplateFunction = (...args: Value[]) => Value;

const number = (value: Value): number =>
  Number(
    typeof value === 'string' ? Number.parseFloat(value) || 0 : (toText(value) === 'true' ? 1 : Number(value)) || 0,
  );
const list = (value: Value): Value[] => (Array.isArray(value) ? value : []);
const dict = (value: Value): Dict => (isDict(value) ? value : {});
const text = toText;
const indent = (count: Value, value: Value): string => {
  const pad = ' '.repeat(Math.max(0, Math.min(100, number(count))));
  return pad + text(value).replaceAll('\n', `\n${pad}`);
};
const equal = (left: Value, right: Value): boolean => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
const words = (value: Value): string[] => text(value).match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [];
const merged = (into: Dict, from: Dict, overwrite: boolean): Dict => {
  const result: Dict = { ...into };
  for (const [name, value] of Object.entries(from)) {
    const own = result[name];
    if (isDict(own) && isDict(value)) result[name] = merged(own, value, overwrite);
    else if (overwrite || own === undefined || (own !== false && !isTrue(own))) result[name] = value;
  }
  return result;
};
const set = (target: Value, name: Value, value: Value): Value => {
  if (isDict(target)) target[text(name)] = value;
  return target;
};
const pattern = (source: Value, flags = ''): RegExp | undefined => {
  try {
    return new RegExp(text(source), flags);
  } catch {
    return undefined;
  }
};
const printf = (format: Value, ...args: Value[]): Value => {
  let next = 0;
  return text(format).replace(/%(-?0?\d*(?:\.\d+)?)([%svdqtfg])/g, (_whole, width: string, verb: string) => {
    if (verb === '%') return '%';
    const value = text(args[next++]);
    if (verb === 'q') return JSON.stringify(value);
    const size = Number.parseInt(width.replace('-', ''), 10) || 0;
    return width.startsWith('0')
      ? value.padStart(size, '0')
      : width.startsWith('-')
        ? value.padEnd(size)
        : value.padStart(size);
  });
};

/**
 * Go's and Sprig's functions that charts use. What depends on the cluster, the clock or chance gives a stand-in where any
 * value will do, and is missing where it decides something: a missing function makes its result unknown.
 *
 * @see https://helm.sh/docs/chart_template_guide/function_list/
 */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  // Logic
  eq: (left, ...rights) => rights.some((right) => equal(left, right)),
  ne: (left, right) => !equal(left, right),
  lt: (left, right) => number(left) < number(right),
  le: (left, right) => number(left) <= number(right),
  gt: (left, right) => number(left) > number(right),
  ge: (left, right) => number(left) >= number(right),
  not: (value) => !isTrue(value),
  empty: (value) => !isTrue(value),
  default: (fallback, value) => (isTrue(value) ? value : fallback),
  coalesce: (...values) => values.find(isTrue) ?? null,
  ternary: (yes, no, condition) => (isTrue(condition) ? yes : no),
  required: (_message, value) => (value === null || value === undefined || value === '' ? unknown : value),
  // Texts
  quote: (...values) =>
    values
      .filter((value) => value !== null && value !== undefined)
      .map((value) => JSON.stringify(text(value)))
      .join(' '),
  squote: (...values) =>
    values
      .filter((value) => value !== null && value !== undefined)
      .map((value) => `'${text(value)}'`)
      .join(' '),
  toString: text,
  print: (...values) => values.map(text).join(''),
  println: (...values) => `${values.map(text).join(' ')}\n`,
  printf,
  cat: (...values) => values.map(text).join(' '),
  indent,
  nindent: (count, value) => `\n${indent(count, value)}`,
  trim: (value) => text(value).trim(),
  trimAll: (cut, value) => trimmed(text(value), text(cut), true, true),
  trimPrefix: (prefix, value) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  trimSuffix: (suffix, value) =>
    text(suffix) !== '' && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  trunc: (length, value) =>
    number(length) < 0 ? text(value).slice(number(length)) : text(value).slice(0, number(length)),
  substr: (start, end, value) => text(value).slice(number(start), number(end) < 0 ? undefined : number(end)),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  title: (value) => text(value).replace(/\b\w/g, (unit) => unit.toUpperCase()),
  untitle: (value) => text(value).replace(/\b\w/g, (unit) => unit.toLowerCase()),
  nospace: (value) => text(value).replace(/\s+/g, ''),
  replace: (from, to, value) => text(value).replaceAll(text(from), text(to)),
  repeat: (count, value) => text(value).repeat(Math.max(0, Math.min(1000, number(count)))),
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (part, value) => text(value).startsWith(text(part)),
  hasSuffix: (part, value) => text(value).endsWith(text(part)),
  kebabcase: (value) =>
    words(value)
      .map((word) => word.toLowerCase())
      .join('-'),
  snakecase: (value) =>
    words(value)
      .map((word) => word.toLowerCase())
      .join('_'),
  camelcase: (value) =>
    words(value)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
  b64enc: (value) => Buffer.from(text(value)).toString('base64'),
  b64dec: (value) => Buffer.from(text(value), 'base64').toString(),
  // Which digest does not matter, but it must not look like a number.
  sha256sum: () => 'f'.repeat(64),
  sha1sum: () => 'f'.repeat(40),
  adler32sum: () => '0',
  randAlphaNum: (count) => 'x'.repeat(Math.max(0, Math.min(1000, number(count)))),
  randAlpha: (count) => 'x'.repeat(Math.max(0, Math.min(1000, number(count)))),
  regexMatch: (source, value) => pattern(source)?.test(text(value)) ?? unknown,
  regexReplaceAll: (source, value, to) => {
    const regex = pattern(source, 'g');
    return regex ? text(value).replace(regex, text(to).replace(/\$\{(\w+)\}/g, '$$$1')) : unknown;
  },
  regexFind: (source, value) => text(value).match(pattern(source) ?? /$^/)?.[0] ?? '',
  // Numbers
  int: (value) => Math.trunc(number(value)),
  int64: (value) => Math.trunc(number(value)),
  float64: number,
  atoi: (value) => Math.trunc(number(value)),
  add: (...values) => values.map(number).reduce((sum, value) => sum + value, 0),
  add1: (value) => number(value) + 1,
  sub: (left, right) => number(left) - number(right),
  mul: (...values) => values.map(number).reduce((product, value) => product * value, 1),
  div: (left, right) => (number(right) === 0 ? unknown : Math.trunc(number(left) / number(right))),
  mod: (left, right) => (number(right) === 0 ? unknown : number(left) % number(right)),
  max: (...values) => Math.max(...values.map(number)),
  min: (...values) => Math.min(...values.map(number)),
  floor: (value) => Math.floor(number(value)),
  ceil: (value) => Math.ceil(number(value)),
  round: (value, digits) => Number(number(value).toFixed(Math.max(0, Math.min(20, number(digits))))),
  until: (count) => Array.from({ length: Math.max(0, Math.min(1000, number(count))) }, (_, index) => index),
  len: (value) => (Array.isArray(value) || typeof value === 'string' ? value.length : Object.keys(dict(value)).length),
  // Lists
  list: (...items) => items,
  tuple: (...items) => items,
  first: (value) => list(value)[0] ?? null,
  last: (value) => list(value).at(-1) ?? null,
  rest: (value) => list(value).slice(1),
  initial: (value) => list(value).slice(0, -1),
  append: (value, item) => [...list(value), item],
  prepend: (value, item) => [item, ...list(value)],
  concat: (...lists) => lists.flatMap(list),
  reverse: (value) => list(value).toReversed(),
  uniq: (value) => list(value).filter((item, index, all) => all.findIndex((other) => equal(item, other)) === index),
  compact: (value) => list(value).filter(isTrue),
  without: (value, ...items) => list(value).filter((item) => !items.some((other) => equal(item, other))),
  has: (item, value) => list(value).some((other) => equal(item, other)),
  sortAlpha: (value) => list(value).map(text).sort(),
  join: (separator, value) => list(value).map(text).join(text(separator)),
  splitList: (separator, value) => text(value).split(text(separator)),
  split: (separator, value) =>
    Object.fromEntries(
      text(value)
        .split(text(separator))
        .map((part, index) => [`_${index}`, part]),
    ),
  slice: (value, start, end) =>
    typeof value === 'string'
      ? value.slice(number(start), end === undefined ? undefined : number(end))
      : list(value).slice(number(start), end === undefined ? undefined : number(end)),
  index: (value, ...steps) =>
    steps.reduce((at, step) => (Array.isArray(at) ? at[number(step)] : dict(at)[text(step)]) ?? null, value),
  // Mappings
  dict: (...parts) => {
    const made: Dict = {};
    for (let at = 0; at + 1 < parts.length; at += 2) made[text(parts[at])] = parts[at + 1];
    return made;
  },
  get: (value, name) => dict(value)[text(name)] ?? '',
  set,
  unset: (value, name) => {
    if (isDict(value)) delete value[text(name)];
    return value;
  },
  hasKey: (value, name) => Object.hasOwn(dict(value), text(name)),
  keys: (...values) => values.flatMap((value) => Object.keys(dict(value))),
  values: (value) => Object.values(dict(value)),
  pick: (value, ...names) =>
    Object.fromEntries(Object.entries(dict(value)).filter(([name]) => names.map(text).includes(name))),
  omit: (value, ...names) =>
    Object.fromEntries(Object.entries(dict(value)).filter(([name]) => !names.map(text).includes(name))),
  merge: (first, ...rest) => rest.reduce<Dict>((sum, part) => merged(sum, dict(part), false), dict(first)),
  mergeOverwrite: (first, ...rest) => rest.reduce<Dict>((sum, part) => merged(sum, dict(part), true), dict(first)),
  deepCopy: (value) => (value === undefined ? null : structuredClone(value as Exclude<Value, symbol>)),
  dig: (...parts) => {
    const steps = parts.slice(0, -2).map(text);
    let at = parts.at(-1);
    for (const step of steps) at = isDict(at) ? at[step] : undefined;
    return at ?? parts.at(-2);
  },
  lookup: () => ({}),
  // Formats
  toYaml: (value) => toYaml(value),
  toJson: (value) => JSON.stringify(value ?? null),
  toPrettyJson: (value) => JSON.stringify(value ?? null, null, 2),
  toRawJson: (value) => JSON.stringify(value ?? null),
  kindOf: kind,
  kindIs: (wanted, value) => kind(value) === text(wanted),
  typeOf: kind,
  typeIs: (wanted, value) => kind(value) === text(wanted),
};

/** Functions that hand parts of their arguments on, whatever those are. */
const structural: ReadonlySet<string> = new Set([
  ...[
    'dict',
    'list',
    'tuple',
    'get',
    'index',
    'hasKey',
    'pick',
    'omit',
    'set',
    'unset',
    'dig',
    'first',
    'last',
    'append',
    'keys',
  ],
  ...[
    'default',
    'coalesce',
    'ternary',
    'empty',
    'not',
    'kindIs',
    'kindOf',
    'typeIs',
    'merge',
    'mergeOverwrite',
    'required',
    'values',
  ],
]);

/** Calls a function; unknown when it is not one of ours or an argument is not known. */
export function call(name: string, args: readonly Value[]): Value {
  const target = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const uncertain = structural.has(name) ? args.includes(unknown) : args.some(isUncertain);
  return target === undefined || uncertain ? unknown : target(...args);
}

function kind(value: Value): string {
  if (value === null || value === undefined) return 'invalid';
  if (Array.isArray(value)) return 'slice';
  if (isDict(value)) return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function trimmed(value: string, cut: string, start: boolean, end: boolean): string {
  let from = 0;
  let to = value.length;
  while (start && from < to && cut.includes(value.charAt(from))) from++;
  while (end && to > from && cut.includes(value.charAt(to - 1))) to--;
  return value.slice(from, to);
}
