import type { Location } from '../source-file.ts';
import type { PythonModule } from './module.ts';
import type { ClassReference, PythonRepository } from './project.ts';
import { argumentAt, type CallExpression, type Expression } from './syntax.ts';

/** What an expression is worth without running anything. Each value says where it was written. */
export type StaticValue =
  | ({ readonly kind: 'string'; readonly value: string } & Location)
  | ({ readonly kind: 'number'; readonly value: number } & Location)
  | ({ readonly kind: 'boolean'; readonly value: boolean } & Location)
  | ({ readonly kind: 'none' } & Location)
  | ({ readonly kind: 'list'; readonly items: readonly StaticValue[] } & Location)
  | ({
      readonly kind: 'dict';
      readonly entries: readonly { readonly key: StaticValue; readonly value: StaticValue }[];
    } & Location)
  /** Text of which some parts are not known. */
  | ({ readonly kind: 'template'; readonly parts: readonly (string | StaticValue)[] } & Location)
  /** An environment variable, with what is taken when it is not set; no default means that it must be set. */
  | ({ readonly kind: 'environment'; readonly read: EnvironmentRead } & Location)
  /** A field of an instance of a class of the repository, for example of the settings. */
  | ({ readonly kind: 'field'; readonly owner: ClassReference; readonly name: string } & Location)
  | ({ readonly kind: 'unknown' } & Location);

/** A place where the code asks the environment for a variable. */
export interface EnvironmentRead extends Location {
  readonly variable: string;
  /** Whether the code cannot go on without it. */
  readonly required: boolean;
  readonly default: StaticValue | undefined;
  /** The library that reads it. */
  readonly reader: 'os' | 'decouple' | 'environs' | 'django-environ' | 'starlette';
}

const MAX_STEPS = 24;

/** Conversions that keep what a value is worth. */
const TRANSPARENT = new Set([
  'int',
  'str',
  'float',
  'bool',
  'pathlib.Path',
  'Path',
  'pydantic.SecretStr',
  'typing.cast',
  'cast',
]);

/**
 * Reads an expression statically: literals, module constants of the whole repository, f-strings, `+`, environment
 * reads and fields of settings instances.
 */
export function evaluate(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression,
  steps = 0,
): StaticValue {
  const at = module.at(expression);
  if (steps > MAX_STEPS) return { kind: 'unknown', ...at };
  const next = (inner: Expression): StaticValue => evaluate(repository, module, inner, steps + 1);
  switch (expression.kind) {
    case 'string':
      return text(
        expression.parts.map((part) => (typeof part === 'string' ? part : next(part))),
        at,
      );
    case 'number':
      return Number.isFinite(expression.value)
        ? { kind: 'number', value: expression.value, ...at }
        : { kind: 'unknown', ...at };
    case 'constant':
      return expression.value === null ? { kind: 'none', ...at } : { kind: 'boolean', value: expression.value, ...at };
    case 'list':
    case 'tuple':
    case 'set':
      return { kind: 'list', items: expression.items.map(next), ...at };
    case 'dict':
      if (expression.entries.some(({ key }) => key === undefined)) return { kind: 'unknown', ...at };
      return {
        kind: 'dict',
        entries: expression.entries.flatMap(({ key, value }) => (key ? [{ key: next(key), value: next(value) }] : [])),
        ...at,
      };
    case 'binary':
      return expression.operator === '+'
        ? text([next(expression.left), next(expression.right)], at)
        : { kind: 'unknown', ...at };
    case 'boolean':
      return either(next(expression.left), next(expression.right), expression.operator, at);
    case 'await':
      return { kind: 'unknown', ...at };
    case 'call':
      return call(repository, module, expression, steps);
    case 'subscript':
      return subscript(repository, module, expression, steps);
    case 'name':
      return name(repository, module, expression, steps);
    case 'attribute':
      return attribute(repository, module, expression, steps);
    default:
      return { kind: 'unknown', ...at };
  }
}

/** The value as text when all of it is known; numbers as written in decimal. */
export function knownText(value: StaticValue | undefined): string | undefined {
  if (value?.kind === 'string') return value.value;
  return value?.kind === 'number' ? String(value.value) : undefined;
}

/** Joins parts into one text; anything that is not text and not known stays a part. */
function text(parts: readonly (string | StaticValue)[], at: Location): StaticValue {
  const flat: (string | StaticValue)[] = [];
  const push = (part: string | StaticValue): void => {
    const last = flat.at(-1);
    const known = typeof part === 'string' ? part : knownText(part);
    if (known !== undefined) {
      if (typeof last === 'string') flat[flat.length - 1] = last + known;
      else flat.push(known);
    } else if (typeof part !== 'string' && part.kind === 'template') for (const inner of part.parts) push(inner);
    else flat.push(part);
  };
  for (const part of parts) push(part);
  if (flat.length === 0) return { kind: 'string', value: '', ...at };
  const [only] = flat;
  if (flat.length === 1 && typeof only === 'string') return { kind: 'string', value: only, ...at };
  if (flat.length === 1 && only !== undefined && typeof only !== 'string') return only;
  return { kind: 'template', parts: flat, ...at };
}

/** `os.getenv("X") or "default"`: the right side is the default of the left. */
function either(left: StaticValue, right: StaticValue, operator: 'and' | 'or', at: Location): StaticValue {
  if (operator === 'or' && left.kind === 'environment' && !left.read.required) {
    return { ...left, read: { ...left.read, default: right } };
  }
  return { kind: 'unknown', ...at };
}

function name(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression & { kind: 'name' },
  steps: number,
): StaticValue {
  const resolved = repository.resolve(module, expression.name);
  if (resolved?.binding.kind !== 'value') return { kind: 'unknown', ...module.at(expression) };
  return evaluate(repository, resolved.module, resolved.binding.value, steps + 1);
}

function attribute(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression & { kind: 'attribute' },
  steps: number,
): StaticValue {
  const at = module.at(expression);
  const resolved = repository.lookup(module, expression);
  if (resolved?.binding.kind === 'value')
    return evaluate(repository, resolved.module, resolved.binding.value, steps + 1);
  const owner = instanceOf(repository, module, expression.object);
  if (owner) return { kind: 'field', owner, name: expression.name, ...at };
  const inner = repository.classOf(module, expression.object);
  if (inner) {
    const constant = inner.statement.body.find(
      (statement) =>
        statement.kind === 'assign' &&
        statement.targets.some((target) => target.kind === 'name' && target.name === expression.name),
    );
    if (constant?.kind === 'assign' && constant.value)
      return evaluate(repository, inner.module, constant.value, steps + 1);
  }
  return { kind: 'unknown', ...at };
}

/**
 * The class of the repository that an expression is an instance of: `settings` after `settings = Settings()`,
 * `get_settings()` when it returns one, an annotated parameter is not followed.
 */
export function instanceOf(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression,
  steps = 0,
): ClassReference | undefined {
  if (steps > 6) return undefined;
  if (expression.kind === 'call') {
    const direct = repository.classOf(module, expression.callee);
    if (direct) return direct;
    const factory = repository.functionOf(module, expression.callee);
    if (!factory) return undefined;
    const { returns } = factory.statement;
    const annotated = returns
      ? repository.classOf(factory.module, returns.kind === 'string' ? nameIn(returns) : returns)
      : undefined;
    if (annotated) return annotated;
    const returned = factory.statement.body.flatMap((statement) =>
      statement.kind === 'return' && statement.value ? [statement.value] : [],
    );
    const [only] = returned;
    return only && returned.length === 1 ? instanceOf(repository, factory.module, only, steps + 1) : undefined;
  }
  if (expression.kind === 'attribute') {
    const owner = instanceOf(repository, module, expression.object, steps + 1);
    const field = owner ? fieldOf(repository, owner, expression.name) : undefined;
    if (field?.annotation) return repository.classOf(field.module, field.annotation);
  }
  const resolved = repository.lookup(module, expression);
  if (resolved?.binding.kind !== 'value') return undefined;
  return instanceOf(repository, resolved.module, resolved.binding.value, steps + 1);
}

function nameIn(expression: Expression & { kind: 'string' }): Expression {
  const [only] = expression.parts;
  return { kind: 'name', name: typeof only === 'string' ? only : '', range: expression.range };
}

/** A field of a class, also an inherited one. */
export interface ClassField {
  readonly module: PythonModule;
  readonly annotation: Expression | undefined;
  readonly value: Expression | undefined;
  readonly statement: Expression;
}

/** The field that a class or one of its ancestors declares. */
export function fieldOf(repository: PythonRepository, owner: ClassReference, field: string): ClassField | undefined {
  for (const { module, statement } of repository.lineage(owner).classes) {
    for (const inner of statement.body) {
      if (inner.kind !== 'assign') continue;
      const target = inner.targets.find((item) => item.kind === 'name' && item.name === field);
      if (target) return { module, annotation: inner.annotation, value: inner.value, statement: target };
    }
  }
  return undefined;
}

function call(
  repository: PythonRepository,
  module: PythonModule,
  expression: CallExpression,
  steps: number,
): StaticValue {
  const at = module.at(expression);
  const read = environmentRead(repository, module, expression, steps);
  if (read) return { kind: 'environment', read, ...at };
  const callee = module.qualify(expression.callee);
  if (callee !== undefined && TRANSPARENT.has(callee)) {
    const inner = expression.args.at(callee.endsWith('cast') ? 1 : 0);
    if (inner && inner.star === '') return evaluate(repository, module, inner.value, steps + 1);
  }
  if (
    expression.callee.kind === 'attribute' &&
    ['strip', 'rstrip', 'lower', 'get_secret_value', 'unicode_string'].includes(expression.callee.name)
  ) {
    const inner = evaluate(repository, module, expression.callee.object, steps + 1);
    if (inner.kind === 'environment' || inner.kind === 'field') return inner;
  }
  return { kind: 'unknown', ...at };
}

function subscript(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression & { kind: 'subscript' },
  steps: number,
): StaticValue {
  const at = module.at(expression);
  const read = environmentRead(repository, module, expression, steps);
  if (read) return { kind: 'environment', read, ...at };
  const object = evaluate(repository, module, expression.object, steps + 1);
  const [item] = expression.items;
  const key = item ? evaluate(repository, module, item, steps + 1) : undefined;
  if (object.kind === 'dict' && key) {
    const found = object.entries.find(
      (entry) =>
        entry.key.kind === key.kind && knownText(entry.key) !== undefined && knownText(entry.key) === knownText(key),
    );
    if (found) return found.value;
  }
  return { kind: 'unknown', ...at };
}

/**
 * The environment variable that an expression reads: `os.environ["X"]`, `os.environ.get("X", d)`, `os.getenv("X", d)`,
 * `decouple.config("X", default=d)`, `environs.Env().str("X", d)`, `environ.Env()("X", default=d)`, Starlette's
 * `Config()`.
 */
export function environmentRead(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression,
  steps = 0,
): EnvironmentRead | undefined {
  if (expression.kind === 'subscript') {
    if (module.qualify(expression.object) !== 'os.environ') return undefined;
    const [key] = expression.items;
    return key ? environment(repository, module, expression, key, undefined, true, 'os', steps) : undefined;
  }
  if (expression.kind !== 'call') return undefined;
  const callee = module.qualify(expression.callee);
  const key = argumentAt(expression, 0, 'key')?.value;
  if (key === undefined) return undefined;
  if (callee === 'os.getenv' || callee === 'os.environ.get') {
    const fallback = argumentAt(expression, 1, 'default')?.value;
    return environment(repository, module, expression, key, fallback, false, 'os', steps);
  }
  const library = callee === 'decouple.config' ? 'decouple' : environmentLibrary(repository, module, expression.callee);
  if (library === undefined) return undefined;
  const fallback = argumentAt(
    expression,
    library === 'environs' || library === 'django-environ' ? 1 : 99,
    'default',
  )?.value;
  return environment(repository, module, expression, key, fallback, fallback === undefined, library, steps);
}

const CASTS = new Set([
  'str',
  'int',
  'bool',
  'float',
  'list',
  'dict',
  'json',
  'url',
  'db',
  'db_url',
  'cache',
  'cache_url',
  'path',
  'decimal',
  'datetime',
  'date',
  'timedelta',
  'uuid',
  'log_level',
  'enum',
  'dj_db_url',
  'dj_email_url',
  'dj_cache_url',
  'search_url',
  'email_url',
  'tuple',
  'bytes',
  'secret',
]);

function environmentLibrary(
  repository: PythonRepository,
  module: PythonModule,
  callee: Expression,
): EnvironmentRead['reader'] | undefined {
  const object = callee.kind === 'attribute' && CASTS.has(callee.name) ? callee.object : callee;
  if (object.kind !== 'name') return undefined;
  const resolved = repository.resolve(module, object.name);
  if (resolved?.binding.kind !== 'value' || resolved.binding.value.kind !== 'call') return undefined;
  const maker = resolved.module.qualify(resolved.binding.value.callee);
  if (maker === 'environ.Env' || maker === 'environ.FileAwareEnv') return 'django-environ';
  if (maker === 'environs.Env' || maker === 'environs.FileAwareEnv') return 'environs';
  if (maker === 'starlette.config.Config') return object === callee ? 'starlette' : undefined;
  if (maker === 'decouple.Config' || maker === 'decouple.AutoConfig') return object === callee ? 'decouple' : undefined;
  return undefined;
}

function environment(
  repository: PythonRepository,
  module: PythonModule,
  expression: Expression,
  key: Expression,
  fallback: Expression | undefined,
  required: boolean,
  reader: EnvironmentRead['reader'],
  steps: number,
): EnvironmentRead | undefined {
  const variable = evaluate(repository, module, key, steps + 1);
  if (variable.kind !== 'string') return undefined;
  return {
    variable: variable.value,
    required,
    default: fallback ? evaluate(repository, module, fallback, steps + 1) : undefined,
    reader,
    ...module.at(expression),
  };
}
