import type { PythonModule } from '../artifacts/python/module.ts';
import type { ClassReference, PythonProject, PythonRepository } from '../artifacts/python/project.ts';
import {
  argumentAt,
  type CallExpression,
  type ClassStatement,
  type Expression,
  hasHiddenArguments,
  keyword,
} from '../artifacts/python/syntax.ts';
import { environmentRead, evaluate, knownText, type StaticValue } from '../artifacts/python/values.ts';
import type { Location } from '../artifacts/source-file.ts';

/** One variable that the code reads from the environment. */
export interface Setting extends Location {
  /** The variable's names: aliases are alternatives. As the environment writes them. */
  readonly variables: readonly string[];
  /** Whether the start fails without it. Only what is certain is required. */
  readonly required: boolean;
  readonly default: StaticValue | undefined;
  /** The settings class and field, for pydantic-settings. */
  readonly field: { readonly owner: ClassStatement; readonly name: string } | undefined;
  /** Set when any variable that begins so is read too (nested models). */
  readonly nestedPrefix: string | undefined;
  readonly caseSensitive: boolean;
}

/** The variables that a project reads. */
export interface Settings {
  readonly settings: readonly Setting[];
  /** Whether more may be read, by means that are not understood: a custom source, `os.environ` handed on. */
  readonly open: boolean;
  /** Custom sources or secrets directories: a missing variable may come from elsewhere. */
  readonly customSources: boolean;
}

const BASES = new Set([
  'pydantic_settings.BaseSettings',
  'pydantic.BaseSettings',
  'pydantic.v1.BaseSettings',
  'pydantic_settings.main.BaseSettings',
]);

/** Reads what a project takes from its environment. */
export function readSettings(project: PythonProject): Settings {
  const found: Setting[] = [];
  let open = false;
  let customSources = false;
  for (const module of project.sources) {
    if (/BaseSettings/.test(module.text) || /Settings\s*\(/.test(module.text)) {
      for (const { statement } of module.statements) {
        if (statement.kind !== 'class') continue;
        const read = settingsOfClass(project, { module, statement });
        found.push(...read.settings);
        customSources ||= read.customSources;
        open ||= read.customSources;
      }
    }
    if (!/environ|getenv|\bconfig\b|\benv\b|Env\(/.test(module.text)) continue;
    found.push(...directReads(project.repository, module));
    open ||= handsEnvironmentOn(module);
  }
  return { settings: found, open, customSources };
}

function directReads(repository: PythonRepository, module: PythonModule): readonly Setting[] {
  const found: Setting[] = [];
  const add = (expression: Expression, certain: boolean): void => {
    const read = environmentRead(repository, module, expression);
    if (!read) return;
    found.push({
      variables: [read.variable],
      required: read.required && certain,
      default: read.default,
      field: undefined,
      nestedPrefix: undefined,
      caseSensitive: true,
      file: read.file,
      range: read.range,
    });
  };
  for (const { statement, scope } of module.statements) {
    // An environment that is written to, asked about or read on some path only: the variable need not be there.
    const certain =
      scope.functions.length === 0 && !scope.conditional && !scope.guarded && !scope.main && statement.kind !== 'if';
    const visit = (expression: Expression, sure: boolean): void => {
      add(expression, sure);
      const below = sure && !['conditional', 'boolean', 'lambda', 'other'].includes(expression.kind);
      for (const child of childExpressions(expression)) visit(child, below);
    };
    for (const expression of valueExpressions(statement)) visit(expression, certain && !isDevelopmentModule(module));
  }
  return found;
}

/** Scripts, migrations' environments and settings variants are not what every start runs. */
function isDevelopmentModule(module: PythonModule): boolean {
  return /(^|\/)(scripts?|tools?|examples?|docs?|alembic|migrations?|benchmarks?|local|bin|setup\.py|noxfile\.py|fabfile\.py|tasks\.py|gunicorn[\w.]*\.py|(dev|development|test|testing|ci|production|prod|staging)\.py)(\/|$)/.test(
    module.path,
  );
}

function childExpressions(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
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
    default:
      return [];
  }
}

function valueExpressions(statement: PythonModule['statements'][number]['statement']): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
      // `os.environ["X"] = …` writes; only the value reads.
      return statement.value ? [statement.value] : [];
    case 'expression':
      return [statement.value];
    case 'return':
      return statement.value ? [statement.value] : [];
    case 'if':
      return statement.branches.map((branch) => branch.test);
    case 'function':
      return [
        ...statement.parameters.flatMap((parameter) => parameter.default ?? []),
        ...statement.decorators.map((item) => item.expression),
      ];
    case 'class':
      return statement.decorators.map((item) => item.expression);
    case 'with':
      return statement.items;
    case 'loop':
    case 'match':
      return statement.heads;
    case 'raise':
    case 'plain':
      return statement.values;
    default:
      return [];
  }
}

function handsEnvironmentOn(module: PythonModule): boolean {
  for (const { call } of module.calls) {
    for (const argument of call.args) {
      if (module.qualify(argument.value) === 'os.environ') return true;
      if (
        argument.value.kind === 'call' &&
        argument.value.callee.kind === 'attribute' &&
        module.qualify(argument.value.callee.object) === 'os.environ' &&
        argument.value.callee.name !== 'get'
      )
        return true;
    }
    const callee = module.qualify(call.callee);
    if (callee === 'os.environ.get' || callee === 'os.getenv') {
      const key = argumentAt(call, 0, 'key')?.value;
      if (key && key.kind !== 'string') return true;
    }
    if (callee === 'os.environ.items' || callee === 'os.environ.copy') return true;
  }
  return false;
}

interface Configuration {
  readonly prefix: string | undefined;
  readonly delimiter: string | undefined;
  readonly caseSensitive: boolean;
  readonly secretsDirectory: boolean;
}

function settingsOfClass(
  project: PythonProject,
  reference: ClassReference,
): { readonly settings: readonly Setting[]; readonly customSources: boolean } {
  const nothing = { settings: [], customSources: false };
  const { repository } = project;
  const lineage = repository.lineage(reference);
  if (!lineage.outside.some((name) => BASES.has(name))) return nothing;
  const statements = lineage.classes.flatMap(({ statement }) => statement.body);
  const customSources = statements.some(
    (statement) => statement.kind === 'function' && /customi[sz]e_sources/.test(statement.name),
  );
  const configuration = configurationOf(repository, lineage.classes);
  if (configuration.prefix === undefined) return { settings: [], customSources: true };
  const uses = instantiations(project, reference);
  const settings: Setting[] = [];
  const seen = new Set<string>();
  for (const { module, statement } of lineage.classes) {
    for (const inner of statement.body) {
      if (inner.kind !== 'assign' || !inner.annotation) continue;
      const [target] = inner.targets;
      if (
        target?.kind !== 'name' ||
        target.name === 'model_config' ||
        target.name.startsWith('_') ||
        seen.has(target.name)
      )
        continue;
      if (isClassVariable(inner.annotation)) continue;
      seen.add(target.name);
      const described = describe(repository, module, inner.annotation, inner.value);
      const names = described.aliases ?? [configuration.prefix + target.name];
      const nested = isModel(repository, module, inner.annotation);
      settings.push({
        variables: names.map((name) => (configuration.caseSensitive ? name : name.toUpperCase())),
        required:
          !described.hasDefault &&
          !nested &&
          !customSources &&
          !configuration.secretsDirectory &&
          uses.plain &&
          !uses.given.has(target.name),
        default: described.default,
        field: { owner: reference.statement, name: target.name },
        nestedPrefix: nested
          ? `${configuration.prefix}${target.name}${configuration.delimiter ?? '__'}`.toUpperCase()
          : undefined,
        caseSensitive: configuration.caseSensitive,
        ...module.at(target),
      });
    }
  }
  return { settings, customSources: customSources || configuration.secretsDirectory };
}

function isClassVariable(annotation: Expression): boolean {
  return annotation.kind === 'subscript' && /ClassVar$/.test(lastName(annotation.object));
}

function lastName(expression: Expression): string {
  return expression.kind === 'name' || expression.kind === 'attribute' ? expression.name : '';
}

/** Whether a field is itself a model, whose parts have variables of their own. */
function isModel(repository: PythonRepository, module: PythonModule, annotation: Expression): boolean {
  const reference = repository.classOf(module, annotation);
  if (!reference) return false;
  const { outside } = repository.lineage(reference);
  return outside.some((name) => /BaseModel$|BaseSettings$/.test(name)) || reference.statement.decorators.length > 0;
}

function configurationOf(repository: PythonRepository, classes: readonly ClassReference[]): Configuration {
  let prefix: string | undefined = '';
  let delimiter: string | undefined;
  let caseSensitive = false;
  let secretsDirectory = false;
  const take = (module: PythonModule, name: string, expression: Expression): void => {
    const value = evaluate(repository, module, expression);
    if (name === 'env_prefix') prefix = knownText(value);
    else if (name === 'env_nested_delimiter') delimiter = knownText(value);
    else if (name === 'case_sensitive') caseSensitive = value.kind === 'boolean' ? value.value : caseSensitive;
    else if (name === 'secrets_dir' && value.kind !== 'none') secretsDirectory = true;
  };
  // The most derived class decides, so it is read last.
  for (const { module, statement } of [...classes].reverse()) {
    for (const base of statement.bases) if (base.name !== undefined) take(module, base.name, base.value);
    for (const inner of statement.body) {
      if (
        inner.kind === 'assign' &&
        inner.value &&
        inner.targets.some((target) => target.kind === 'name' && target.name === 'model_config')
      ) {
        if (inner.value.kind === 'call')
          for (const argument of inner.value.args)
            if (argument.name !== undefined) take(module, argument.name, argument.value);
        if (inner.value.kind === 'dict')
          for (const entry of inner.value.entries)
            if (entry.key?.kind === 'string' && typeof entry.key.parts[0] === 'string')
              take(module, entry.key.parts[0], entry.value);
      } else if (inner.kind === 'class' && inner.name === 'Config') {
        for (const field of inner.body) {
          if (field.kind === 'assign' && field.value && field.targets[0]?.kind === 'name')
            take(module, field.targets[0].name, field.value);
        }
      }
    }
  }
  return { prefix, delimiter, caseSensitive, secretsDirectory };
}

function describe(
  repository: PythonRepository,
  module: PythonModule,
  annotation: Expression,
  value: Expression | undefined,
): {
  readonly aliases: readonly string[] | undefined;
  readonly hasDefault: boolean;
  readonly default: StaticValue | undefined;
} {
  const fields: CallExpression[] = [];
  if (value?.kind === 'call' && /Field$/.test(lastName(value.callee))) fields.push(value);
  if (annotation.kind === 'subscript' && /Annotated$/.test(lastName(annotation.object))) {
    for (const item of annotation.items)
      if (item.kind === 'call' && /Field$/.test(lastName(item.callee))) fields.push(item);
  }
  const isField = value !== undefined && fields[0] === value;
  let aliases: readonly string[] | undefined;
  let hasDefault = value !== undefined && !isField && !(value.kind === 'other');
  let fallback: StaticValue | undefined = hasDefault && value ? evaluate(repository, module, value) : undefined;
  for (const field of fields) {
    const alias = keyword(field, 'validation_alias') ?? keyword(field, 'alias') ?? keyword(field, 'env');
    if (alias) aliases = aliasNames(repository, module, alias.value);
    const given = (field === value ? argumentAt(field, 0, 'default') : undefined) ?? keyword(field, 'default');
    if (given && !isEllipsis(module, given.value)) {
      hasDefault = true;
      fallback = evaluate(repository, module, given.value);
    }
    if (keyword(field, 'default_factory') || hasHiddenArguments(field)) hasDefault = true;
  }
  if (value?.kind === 'other') hasDefault = !isEllipsis(module, value);
  return { aliases, hasDefault, default: fallback };
}

function isEllipsis(module: PythonModule, expression: Expression): boolean {
  return module.file.slice(expression.range) === '...' || module.qualify(expression) === 'Ellipsis';
}

function aliasNames(repository: PythonRepository, module: PythonModule, expression: Expression): readonly string[] {
  const values =
    expression.kind === 'call'
      ? expression.args.map((argument) => argument.value)
      : expression.kind === 'list'
        ? expression.items
        : [expression];
  return values.flatMap((value) => knownText(evaluate(repository, module, value)) ?? []);
}

/** Whether a settings class is made without arguments anywhere, and which fields are given where it is made. */
function instantiations(
  project: PythonProject,
  reference: ClassReference,
): { readonly plain: boolean; readonly given: ReadonlySet<string> } {
  const given = new Set<string>();
  let plain = false;
  for (const module of project.sources) {
    if (!module.text.includes(reference.statement.name)) continue;
    for (const { call } of module.calls) {
      if (project.repository.classOf(module, call.callee)?.statement !== reference.statement) continue;
      if (hasHiddenArguments(call)) continue;
      plain = true;
      for (const argument of call.args) if (argument.name !== undefined) given.add(argument.name);
    }
  }
  return { plain, given };
}
