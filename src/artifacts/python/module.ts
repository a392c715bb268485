import type { Location, SourceFile, TextRange } from '../source-file.ts';
import { type ParsedModule, parsePython } from './parse.ts';
import {
  type AssignStatement,
  blocksOf,
  type CallExpression,
  type ClassStatement,
  childrenOf,
  type Expression,
  expressionsOf,
  type FunctionStatement,
  type ImportedName,
  type Statement,
} from './syntax.ts';

/** What a module-level name stands for. */
export type Binding =
  | { readonly kind: 'import'; readonly imported: ImportedName }
  | { readonly kind: 'function'; readonly statement: FunctionStatement }
  | { readonly kind: 'class'; readonly statement: ClassStatement }
  | { readonly kind: 'value'; readonly statement: AssignStatement; readonly value: Expression }
  /** Bound more than once, or by a loop, a `with` or a pattern: not known statically. */
  | { readonly kind: 'ambiguous' };

/** The functions, classes and blocks around a place, the innermost last. */
export interface Scope {
  readonly functions: readonly FunctionStatement[];
  readonly classes: readonly ClassStatement[];
  /** Inside `if __name__ == "__main__":`. */
  readonly main: boolean;
  /** Inside a `for` or `while`. */
  readonly loop: boolean;
  /** Inside the body of a `try` that has handlers. */
  readonly guarded: boolean;
  /** Inside an `if TYPE_CHECKING:`. */
  readonly typing: boolean;
  /** Inside a branch of `if` or `match`, or an exception handler: it may not run. */
  readonly conditional: boolean;
}

/** A call with the statement and scope it stands in. */
export interface CallSite {
  readonly call: CallExpression;
  readonly scope: Scope;
  readonly statement: Statement;
  /** The expression directly around the call, for example its `await`. */
  readonly parent: Expression | undefined;
}

/** A statement with the scope it stands in. */
export interface StatementSite {
  readonly statement: Statement;
  readonly scope: Scope;
}

/** One Python file, read when it is first asked. */
export class PythonModule {
  readonly file: SourceFile;
  /** Whether it is a package's `__init__.py`. */
  readonly isPackage: boolean;
  #parsed: ParsedModule | undefined;
  #bindings: ReadonlyMap<string, Binding> | undefined;
  #statements: readonly StatementSite[] | undefined;
  #calls: readonly CallSite[] | undefined;
  #imports: readonly ImportedName[] | undefined;
  /** The first import of each name. */
  #importsByName: ReadonlyMap<string, ImportedName> | undefined;

  /** @param file the module's text */
  constructor(file: SourceFile) {
    this.file = file;
    this.isPackage = /(^|\/)__init__\.pyi?$/.test(file.path);
  }

  get path(): string {
    return this.file.path;
  }

  /** The file's text, for cheap tests before the syntax is asked for. */
  get text(): string {
    return this.file.text;
  }

  get body(): readonly Statement[] {
    this.#parsed ??= parsePython(this.file.text);
    return this.#parsed.body;
  }

  /** The first place that is no Python. */
  get error(): TextRange | undefined {
    this.#parsed ??= parsePython(this.file.text);
    return this.#parsed.error;
  }

  /** Module-level names. */
  get bindings(): ReadonlyMap<string, Binding> {
    this.#bindings ??= bindingsOf(this.body);
    return this.#bindings;
  }

  /** Every statement, outer before inner. */
  get statements(): readonly StatementSite[] {
    this.#statements ??= collectStatements(this.body);
    return this.#statements;
  }

  /** Every call, also in decorators and nested functions. */
  get calls(): readonly CallSite[] {
    this.#calls ??= collectCalls(this.statements);
    return this.#calls;
  }

  /** Every import, also inside functions. */
  get imports(): readonly ImportedName[] {
    this.#imports ??= this.statements.flatMap(({ statement }) => (statement.kind === 'import' ? statement.names : []));
    return this.#imports;
  }

  /** The place of a node of this module. */
  at(node: { readonly range: TextRange }): Location {
    return { file: this.file, range: node.range };
  }

  /**
   * The name that an expression has outside this module: `requests.get` for `r.get` after `import requests as r`.
   * Names that the module itself binds to anything else have none.
   */
  qualify(expression: Expression): string | undefined {
    if (expression.kind === 'attribute') {
      const object = this.qualify(expression.object);
      return object === undefined ? undefined : `${object}.${expression.name}`;
    }
    if (expression.kind !== 'name') return undefined;
    const imported = this.#importOf(expression.name);
    if (imported === undefined) return this.bindings.has(expression.name) ? undefined : expression.name;
    if (imported.level > 0) return undefined;
    if (imported.name !== undefined) return `${imported.module}.${imported.name}`;
    return imported.bound === imported.module.split('.')[0] ? imported.bound : imported.module;
  }

  #importOf(name: string): ImportedName | undefined {
    const binding = this.bindings.get(name);
    if (binding !== undefined) return binding.kind === 'import' ? binding.imported : undefined;
    this.#importsByName ??= new Map(this.imports.toReversed().map((imported) => [imported.bound, imported]));
    return this.#importsByName.get(name);
  }
}

function bindingsOf(body: readonly Statement[]): ReadonlyMap<string, Binding> {
  const bindings = new Map<string, Binding>();
  const bind = (name: string, binding: Binding): void => {
    const known = bindings.get(name);
    if (known?.kind === 'import' && binding.kind === 'import') {
      // `try: import a except ImportError: import b as a`, or `import a.b` beside `import a.c`: the first counts.
      return;
    }
    bindings.set(name, known === undefined ? binding : { kind: 'ambiguous' });
  };
  const visit = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === 'import') {
        for (const imported of statement.names) bind(imported.bound, { kind: 'import', imported });
      } else if (statement.kind === 'function') {
        if (!isOverload(statement)) bind(statement.name, { kind: 'function', statement });
      } else if (statement.kind === 'class') bind(statement.name, { kind: 'class', statement });
      else if (statement.kind === 'assign') bindAssignment(statement, bind);
      else if (statement.kind === 'loop') {
        for (const name of namesIn(statement.heads[0])) bind(name, { kind: 'ambiguous' });
        visit(statement.body);
      } else for (const block of blocksOf(statement)) visit(block);
    }
  };
  visit(body);
  return bindings;
}

function isOverload(statement: FunctionStatement): boolean {
  return statement.decorators.some(
    ({ expression }) =>
      (expression.kind === 'name' && expression.name === 'overload') ||
      (expression.kind === 'attribute' && expression.name === 'overload'),
  );
}

function bindAssignment(statement: AssignStatement, bind: (name: string, binding: Binding) => void): void {
  for (const target of statement.targets) {
    if (target.kind === 'name') {
      if (statement.augmented !== undefined) bind(target.name, { kind: 'ambiguous' });
      else if (statement.value) bind(target.name, { kind: 'value', statement, value: statement.value });
      continue;
    }
    if (target.kind !== 'tuple' && target.kind !== 'list') continue;
    const values = statement.value?.kind === 'tuple' || statement.value?.kind === 'list' ? statement.value.items : [];
    for (const [index, item] of target.items.entries()) {
      if (item.kind !== 'name') continue;
      const value = values.length === target.items.length ? values[index] : undefined;
      bind(item.name, value ? { kind: 'value', statement, value } : { kind: 'ambiguous' });
    }
  }
}

function namesIn(expression: Expression | undefined): readonly string[] {
  if (expression === undefined) return [];
  if (expression.kind === 'name') return [expression.name];
  return expression.kind === 'tuple' || expression.kind === 'list' ? expression.items.flatMap(namesIn) : [];
}

const OUTERMOST: Scope = {
  functions: [],
  classes: [],
  main: false,
  loop: false,
  guarded: false,
  typing: false,
  conditional: false,
};

function collectStatements(body: readonly Statement[]): readonly StatementSite[] {
  const found: StatementSite[] = [];
  const visit = (statements: readonly Statement[], scope: Scope): void => {
    for (const statement of statements) {
      found.push({ statement, scope });
      if (statement.kind === 'function') {
        const functions = [...scope.functions, statement];
        visit(statement.body, { ...scope, functions, loop: false, guarded: false });
      } else if (statement.kind === 'class') {
        visit(statement.body, { ...scope, classes: [...scope.classes, statement] });
      } else if (statement.kind === 'loop') visit(statement.body, { ...scope, loop: true });
      else if (statement.kind === 'if') {
        for (const branch of statement.branches) {
          const main = scope.main || isMainTest(branch.test);
          const typing = scope.typing || isTypingTest(branch.test);
          visit(branch.body, { ...scope, main, typing, conditional: true });
        }
        visit(statement.otherwise, { ...scope, conditional: true });
      } else if (statement.kind === 'try') {
        visit(statement.body, statement.handlers.length > 0 ? { ...scope, guarded: true } : scope);
        for (const handler of statement.handlers) visit(handler.body, { ...scope, conditional: true });
        visit(statement.otherwise, scope);
        visit(statement.final, scope);
      } else for (const block of blocksOf(statement)) visit(block, scope);
    }
  };
  visit(body, OUTERMOST);
  return found;
}

function isMainTest(test: Expression): boolean {
  if (test.kind !== 'binary' || test.operator !== '==') return false;
  return [test.left, test.right].some((side) => side.kind === 'name' && side.name === '__name__');
}

function isTypingTest(test: Expression): boolean {
  return (
    (test.kind === 'name' && test.name === 'TYPE_CHECKING') ||
    (test.kind === 'attribute' && test.name === 'TYPE_CHECKING')
  );
}

function collectCalls(statements: readonly StatementSite[]): readonly CallSite[] {
  const found: CallSite[] = [];
  for (const { statement, scope } of statements) {
    const visit = (expression: Expression, parent: Expression | undefined): void => {
      if (expression.kind === 'call') found.push({ call: expression, scope, statement, parent });
      for (const child of childrenOf(expression)) visit(child, expression);
    };
    for (const expression of expressionsOf(statement)) visit(expression, undefined);
  }
  return found;
}
