import { compareText } from '../../tree/tree.ts';
import type { Problem } from '../problem.ts';
import type { Location, SourceFile } from '../source-file.ts';
import { type Binding, PythonModule } from './module.ts';
import {
  normalizeName,
  parseRequirement,
  parseRequirementsFile,
  type Requirement,
  type RequirementsFile,
} from './requirement.ts';
import type { ClassStatement, Expression, FunctionStatement, ImportedName } from './syntax.ts';
import { isTomlError, parseToml, type TomlDocument, type TomlError } from './toml.ts';

/** A version that some file states, with its place. */
export interface StatedVersion extends Location {
  readonly text: string;
}

/** What a lock file pins. */
export interface LockFile {
  readonly file: SourceFile;
  readonly kind: 'uv' | 'poetry' | 'pipenv' | 'pdm';
  /** Normalised name → version. */
  readonly packages: ReadonlyMap<string, string>;
}

/** A name found in the project's sources: the module that binds it, and how. */
export interface Resolved {
  readonly module: PythonModule;
  readonly binding: Binding;
  readonly name: string;
}

/** A class with the module that defines it. */
export interface ClassReference {
  readonly module: PythonModule;
  readonly statement: ClassStatement;
}

/** A function with the module that defines it. */
export interface FunctionReference {
  readonly module: PythonModule;
  readonly statement: FunctionStatement;
}

/** Reads a file's text; undefined when there is none or it is no text. */
export type ReadText = (path: string) => SourceFile | undefined;

const MARKERS = /^(pyproject\.toml|setup\.py|setup\.cfg|Pipfile|requirements[\w.-]*\.(txt|in))$/;
const TEST_PATH = /(^|\/)(tests?|testing|e2e|conftest\.py|test_[^/]*\.py|[^/]*_tests?\.py)(\/|$)/;

/** Whether a path belongs to a test suite. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** One Python project: a folder with a manifest, and the sources under it that are in no nested project. */
export class PythonProject {
  /** The project's folder; empty for the repository's root. */
  readonly root: string;
  readonly repository: PythonRepository;
  /** Paths of its modules, sorted. */
  readonly modulePaths: readonly string[];
  readonly #files: ReadonlySet<string>;
  #sources: readonly PythonModule[] | undefined;
  #pyproject: TomlDocument | TomlError | undefined;
  #requirements: readonly Requirement[] | undefined;
  #requirementFiles: readonly RequirementsFile[] | undefined;
  #lock: LockFile | null | undefined;

  constructor(root: string, repository: PythonRepository, modulePaths: readonly string[], files: ReadonlySet<string>) {
    this.root = root;
    this.repository = repository;
    this.modulePaths = modulePaths;
    this.#files = files;
  }

  /** A path inside the project, from the repository's root. */
  path(relative: string): string {
    return this.root === '' ? relative : `${this.root}/${relative}`;
  }

  /** All files below the project's folder. */
  get filePaths(): ReadonlySet<string> {
    return this.#files;
  }

  /** Whether the project's folder has such a file. */
  has(relative: string): boolean {
    return this.#files.has(this.path(relative));
  }

  /** A file of the project's folder. */
  file(relative: string): SourceFile | undefined {
    return this.has(relative) ? this.repository.read(this.path(relative)) : undefined;
  }

  /** Modules that run in production: not tests, not migrations' versions. */
  get sources(): readonly PythonModule[] {
    this.#sources ??= this.modulePaths
      .filter((path) => !isTestPath(this.relative(path)))
      .flatMap((path) => this.repository.module(path) ?? []);
    return this.#sources;
  }

  /** Modules of the test suite. */
  get tests(): readonly PythonModule[] {
    return this.modulePaths
      .filter((path) => isTestPath(this.relative(path)))
      .flatMap((path) => this.repository.module(path) ?? []);
  }

  /** A path without the project's folder. */
  relative(path: string): string {
    return this.root === '' ? path : path.slice(this.root.length + 1);
  }

  /** pyproject.toml; undefined when there is none or it does not parse (see `problem`). */
  get pyproject(): TomlDocument | undefined {
    const parsed = this.#parsedPyproject();
    return parsed === undefined || isTomlError(parsed) ? undefined : parsed;
  }

  /** Why pyproject.toml did not parse. */
  get problem(): TomlError | undefined {
    const parsed = this.#parsedPyproject();
    return parsed !== undefined && isTomlError(parsed) ? parsed : undefined;
  }

  #parsedPyproject(): TomlDocument | TomlError | undefined {
    if (this.#pyproject === undefined) {
      const file = this.file('pyproject.toml');
      if (file) this.#pyproject = parseToml(file);
    }
    return this.#pyproject;
  }

  /** The distribution's name as its manifest states it. */
  get name(): string | undefined {
    const stated =
      this.pyproject?.get('project', 'name')?.value ?? this.pyproject?.get('tool', 'poetry', 'name')?.value;
    return typeof stated === 'string' ? stated : undefined;
  }

  /** `requires-python`, from pyproject (PEP 621 or Poetry) or setup.cfg. */
  get requiresPython(): StatedVersion | undefined {
    const toml =
      this.pyproject?.get('project', 'requires-python') ??
      this.pyproject?.get('tool', 'poetry', 'dependencies', 'python');
    if (toml && typeof toml.value === 'string') return { text: toml.value, file: toml.file, range: toml.range };
    const setup = this.file('setup.cfg');
    const match = setup ? /^[ \t]*python_requires[ \t]*=[ \t]*(\S[^\r\n]*)/m.exec(setup.text) : null;
    if (!setup || !match) return undefined;
    const text = (match[1] ?? '').trim();
    const start = match.index + match[0].lastIndexOf(text);
    return { text, file: setup, range: { start, end: start + text.length } };
  }

  /** The requirements files in the project's folder and its `requirements/`. */
  get requirementFiles(): readonly RequirementsFile[] {
    this.#requirementFiles ??= [...this.#files]
      .filter((path) =>
        /^(requirements\/)?[\w.-]*requirements[\w.-]*\.(txt|in)$|^requirements\/[\w.-]+\.(txt|in)$/.test(
          this.relative(path),
        ),
      )
      .sort(compareText)
      .flatMap((path) => {
        const file = this.repository.read(path);
        return file ? [parseRequirementsFile(file)] : [];
      });
    return this.#requirementFiles;
  }

  /** What the project demands: PEP 621, dependency groups, extras, Poetry, Pipfile and requirements files. */
  get requirements(): readonly Requirement[] {
    this.#requirements ??= [
      ...(this.pyproject ? pyprojectRequirements(this.pyproject) : []),
      ...this.#pipfile(),
      ...this.requirementFiles.flatMap((file) => file.requirements),
    ];
    return this.#requirements;
  }

  #pipfile(): readonly Requirement[] {
    const file = this.file('Pipfile');
    const parsed = file ? parseToml(file) : undefined;
    if (parsed === undefined || isTomlError(parsed)) return [];
    return ['packages', 'dev-packages'].flatMap((section) =>
      tableRequirements(parsed, [section], section === 'packages' ? undefined : 'dev'),
    );
  }

  /** Whether the project demands one of the distributions, in whatever group. */
  requires(...names: readonly string[]): boolean {
    return this.requirements.some((requirement) => names.includes(requirement.name));
  }

  /** The lock file that covers the project: its own, or a workspace's above it. */
  get lock(): LockFile | undefined {
    if (this.#lock === undefined) this.#lock = this.#findLock() ?? null;
    return this.#lock ?? undefined;
  }

  #findLock(): LockFile | undefined {
    const folders = this.root === '' ? [''] : [...ancestors(this.root), this.root].reverse();
    for (const folder of folders) {
      for (const [name, kind] of LOCKS) {
        const path = folder === '' ? name : `${folder}/${name}`;
        const file = this.repository.paths.has(path) ? this.repository.read(path) : undefined;
        if (file) return { file, kind, packages: lockedPackages(file, kind) };
      }
    }
    return undefined;
  }
}

const LOCKS: readonly (readonly [string, LockFile['kind']])[] = [
  ['uv.lock', 'uv'],
  ['poetry.lock', 'poetry'],
  ['pdm.lock', 'pdm'],
  ['Pipfile.lock', 'pipenv'],
];

function lockedPackages(file: SourceFile, kind: LockFile['kind']): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  if (kind === 'pipenv') {
    for (const match of file.text.matchAll(/"([\w.-]+)":\s*\{[^{}]*?"version":\s*"==([^"]+)"/g)) {
      packages.set(normalizeName(match[1] ?? ''), match[2] ?? '');
    }
    return packages;
  }
  for (const match of file.text.matchAll(/^\[\[package\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"/gm)) {
    packages.set(normalizeName(match[1] ?? ''), match[2] ?? '');
  }
  return packages;
}

function pyprojectRequirements(document: TomlDocument): readonly Requirement[] {
  const found: Requirement[] = [];
  const read = (path: readonly (string | number)[], group: string | undefined): void => {
    for (const item of document.items(...path)) {
      if (typeof item.value !== 'string') continue;
      const requirement = parseRequirement(item.value, { file: item.file, range: item.range }, group);
      if (requirement) found.push(requirement);
    }
  };
  read(['project', 'dependencies'], undefined);
  for (const extra of document.keys('project', 'optional-dependencies')) {
    read(['project', 'optional-dependencies', extra], `extra ${extra}`);
  }
  for (const group of document.keys('dependency-groups')) read(['dependency-groups', group], group);
  read(['tool', 'uv', 'dev-dependencies'], 'dev');
  found.push(...tableRequirements(document, ['tool', 'poetry', 'dependencies'], undefined));
  found.push(...tableRequirements(document, ['tool', 'poetry', 'dev-dependencies'], 'dev'));
  for (const group of document.keys('tool', 'poetry', 'group')) {
    found.push(...tableRequirements(document, ['tool', 'poetry', 'group', group, 'dependencies'], group));
  }
  return found;
}

/** Poetry's and Pipenv's tables: name → constraint, `*`, or a table with `version`. */
function tableRequirements(
  document: TomlDocument,
  path: readonly string[],
  group: string | undefined,
): readonly Requirement[] {
  const found: Requirement[] = [];
  for (const written of document.keys(...path)) {
    if (written === 'python') continue;
    const entry = document.get(...path, written);
    if (!entry) continue;
    const table =
      typeof entry.value === 'object' && entry.value !== null ? (entry.value as Record<string, unknown>) : {};
    const version = typeof entry.value === 'string' ? entry.value : table.version;
    const direct = ['path', 'git', 'url', 'file'].some((key) => key in table);
    found.push({
      name: normalizeName(written),
      written,
      extras: Array.isArray(table.extras) ? table.extras.filter((extra) => typeof extra === 'string') : [],
      clauses: typeof version === 'string' ? tableClauses(version) : [],
      direct,
      marker: undefined,
      group,
      file: entry.file,
      range: entry.range,
    });
  }
  return found;
}

function tableClauses(text: string): Requirement['clauses'] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*(\^|~=|~|===|==|!=|<=|>=|<|>)?\s*(\d[^\s]*)\s*$/.exec(part);
    return match ? [{ operator: match[1] ?? '==', version: match[2] ?? '' }] : [];
  });
}

/** The folders above a path, outermost first, the root as an empty string. */
export function ancestors(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Whether a file is the template of another one, by its path or its marks (Jinja, cookiecutter, copier, our own). */
function isTemplate({ path, text }: SourceFile): boolean {
  return /\{\{|\{%|(^|\/)(templates?|project_template)\//.test(path) || /\{%|\{\{\s*[\w.-]+\s*[|}]/.test(text);
}

/** The paths below each root, in one pass over all paths. */
function filesBelow(paths: readonly string[], roots: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const below = new Map([...roots].map((root) => [root, new Set<string>()]));
  for (const path of paths) {
    below.get('')?.add(path);
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      below.get(path.slice(0, slash))?.add(path);
    }
  }
  return below;
}

/** Which projects (the one at the repository's root aside) have a module or package of a name at the top. */
function topLevelNames(projects: readonly PythonProject[]): ReadonlyMap<string, readonly PythonProject[]> {
  const tops = new Map<string, PythonProject[]>();
  for (const project of projects) {
    if (project.root === '') continue;
    const names = new Set<string>();
    for (const path of project.filePaths) {
      if (!path.endsWith('.py')) continue;
      const [first = '', second] = project.relative(path).split('/', 2);
      names.add(first.replace(/\.py$/, ''));
      if (first === 'src' && second !== undefined) names.add(second.replace(/\.py$/, ''));
    }
    for (const name of names) {
      const holders = tops.get(name);
      if (holders) holders.push(project);
      else tops.set(name, [project]);
    }
  }
  return tops;
}

/** All Python of a repository: its projects, and any module by its path. */
export class PythonRepository {
  readonly paths: ReadonlySet<string>;
  readonly projects: readonly PythonProject[];
  readonly read: ReadText;
  #problems: readonly Problem[] | undefined;
  readonly #modules = new Map<string, PythonModule | undefined>();
  /** What `find` found: by the module that asks, then by the name with its leading dots. */
  readonly #found = new Map<PythonModule, Map<string, PythonModule | undefined>>();
  /** Every folder and stem of a module's path: no import can find any other name. */
  readonly #names = new Set<string>();
  readonly #projectOf = new Map<string, PythonProject>();
  /** The projects that have a module, by its path below their folders. */
  readonly #holders = new Map<string, readonly { readonly project: PythonProject; readonly module: PythonModule }[]>();
  /** The projects that have a name at the top of their sources. */
  #tops: ReadonlyMap<string, readonly PythonProject[]> | undefined;

  /**
   * @param paths every path of the repository that is not ignored
   * @param read reads one of them
   */
  constructor(paths: readonly string[], read: ReadText) {
    this.paths = new Set(paths);
    this.read = read;
    const modules = paths.filter((path) => path.endsWith('.py')).sort(compareText);
    const roots = new Set<string>();
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (!MARKERS.test(name)) continue;
      const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
      roots.add(/(^|\/)requirements$/.test(folder) ? folder.replace(/\/?requirements$/, '') : folder);
    }
    if (roots.size === 0 && modules.length > 0) roots.add('');
    const members = new Map<string, string[]>();
    for (const path of modules) {
      for (const name of path.slice(0, -3).split('/')) this.#names.add(name);
      const root = [...ancestors(path)].reverse().find((folder) => roots.has(folder));
      if (root === undefined) continue;
      const list = members.get(root);
      if (list) list.push(path);
      else members.set(root, [path]);
    }
    const files = filesBelow(paths, roots);
    this.projects = [...roots]
      .sort(compareText)
      .map((root) => new PythonProject(root, this, members.get(root) ?? [], files.get(root) ?? new Set()));
    for (const project of this.projects) for (const path of project.modulePaths) this.#projectOf.set(path, project);
  }

  /** The modules and manifests of projects that are no Python and no TOML. Templates of either are left alone. */
  get problems(): readonly Problem[] {
    this.#problems ??= this.projects.flatMap((project) => {
      const { problem } = project;
      const modules = project.modulePaths.flatMap((path) => this.module(path) ?? []);
      return [
        ...(problem && !isTemplate(problem.file) ? [{ kind: 'python' as const, ...problem }] : []),
        ...modules.flatMap(({ file, error }): readonly Problem[] =>
          error === undefined || isTemplate(file)
            ? []
            : [{ kind: 'python', file, range: error, message: 'The text is no Python from here on' }],
        ),
      ];
    });
    return this.#problems;
  }

  /** The project that a module belongs to. */
  projectOf(module: PythonModule): PythonProject | undefined {
    return this.#projectOf.get(module.path);
  }

  /** The module at a path; undefined when there is none. */
  module(path: string): PythonModule | undefined {
    if (!this.paths.has(path)) return undefined;
    if (!this.#modules.has(path)) {
      const file = this.read(path);
      this.#modules.set(path, file ? new PythonModule(file) : undefined);
    }
    return this.#modules.get(path);
  }

  /**
   * The module that a dotted name means.
   *
   * @param name for example `orders.api.routes`
   * @param from where it is imported: its own folder and those above it, up to the project's, are searched, as are
   *   their `src`; a string is the folder that the interpreter is started in
   * @param level the leading dots of a relative import
   */
  find(name: string, from: PythonModule | string, level = 0): PythonModule | undefined {
    if (level === 0 && !this.#names.has(name.split('.', 1)[0] ?? name)) return undefined;
    if (typeof from === 'string') return this.#search(name, from, level);
    const known = this.#found.get(from) ?? new Map<string, PythonModule | undefined>();
    if (known.size === 0) this.#found.set(from, known);
    const key = level === 0 ? name : `${'.'.repeat(level)}${name}`;
    if (!known.has(key)) known.set(key, this.#search(name, from, level));
    return known.get(key);
  }

  #search(name: string, from: PythonModule | string, level: number): PythonModule | undefined {
    const relative = name.replaceAll('.', '/');
    const folder = typeof from === 'string' ? from : from.path.slice(0, Math.max(0, from.path.lastIndexOf('/')));
    if (level > 0) {
      const parts = folder === '' ? [] : folder.split('/');
      if (level - 1 > parts.length) return undefined;
      const base = parts.slice(0, parts.length - (level - 1)).join('/');
      return this.#at(base, relative);
    }
    if (relative === '') return undefined;
    const project = typeof from === 'string' ? undefined : this.projectOf(from);
    const root = project?.root ?? '';
    const folders = [...ancestors(`${folder}/x`)]
      .reverse()
      .filter((item) => item.length >= root.length || item === folder);
    for (const candidate of folders) {
      const found = this.#at(candidate, relative) ?? this.#at(candidate === '' ? 'src' : `${candidate}/src`, relative);
      if (found && found !== from) return found;
    }
    return this.#elsewhere(relative, project);
  }

  /** A package of another project of the same repository, when just one has it. */
  #elsewhere(relative: string, own: PythonProject | undefined): PythonModule | undefined {
    let holders = this.#holders.get(relative);
    if (holders === undefined) {
      const [first = relative] = relative.split('/', 1);
      this.#tops ??= topLevelNames(this.projects);
      holders = (this.#tops.get(first) ?? []).flatMap((project) => {
        const module = this.#at(project.root, relative) ?? this.#at(`${project.root}/src`, relative);
        return module ? [{ project, module }] : [];
      });
      this.#holders.set(relative, holders);
    }
    const others = holders.length > 2 ? [] : holders.filter(({ project }) => project !== own);
    return others.length === 1 ? others[0]?.module : undefined;
  }

  #at(folder: string, relative: string): PythonModule | undefined {
    const base = [folder, relative].filter((part) => part !== '').join('/');
    return this.module(`${base}.py`) ?? this.module(`${base}/__init__.py`);
  }

  /** The module that an import takes its name from, or is. */
  importedModule(imported: ImportedName, from: PythonModule): PythonModule | undefined {
    if (imported.name !== undefined && imported.name !== '*') {
      const inner = this.find(
        [imported.module, imported.name].filter((part) => part !== '').join('.'),
        from,
        imported.level,
      );
      const outer = this.find(imported.module, from, imported.level);
      if (inner && !outer?.bindings.has(imported.name)) return inner;
    }
    return this.find(imported.module, from, imported.level);
  }

  /**
   * Follows a module-level name through imports to where it is bound.
   *
   * @returns undefined when it leaves the repository or is not bound
   */
  resolve(module: PythonModule, name: string, depth = 0): Resolved | undefined {
    if (depth > 12) return undefined;
    const binding = module.bindings.get(name);
    if (binding === undefined) return this.#throughStars(module, name, depth);
    if (binding.kind !== 'import') return { module, binding, name };
    const { imported } = binding;
    const target = this.importedModule(imported, module);
    if (target === undefined || target === module) return undefined;
    if (imported.name === undefined) return undefined;
    const isModule =
      this.find([imported.module, imported.name].filter((part) => part !== '').join('.'), module, imported.level) ===
      target;
    if (isModule && !target.bindings.has(imported.name)) return undefined;
    return this.resolve(target, imported.name, depth + 1);
  }

  #throughStars(module: PythonModule, name: string, depth: number): Resolved | undefined {
    for (const imported of module.imports) {
      if (imported.name !== '*') continue;
      const target = this.find(imported.module, module, imported.level);
      const found = target && target !== module ? this.resolve(target, name, depth + 1) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** The module that a name or dotted name stands for in a module: `routes` after `from . import routes`. */
  moduleOf(module: PythonModule, expression: Expression): PythonModule | undefined {
    if (expression.kind === 'name') {
      const imported = module.imports.find((item) => item.bound === expression.name);
      if (!imported) return undefined;
      if (imported.name === undefined) {
        const dotted = imported.bound === imported.module.split('.')[0] ? imported.bound : imported.module;
        return this.find(dotted, module);
      }
      const dotted = [imported.module, imported.name].filter((part) => part !== '').join('.');
      return this.find(dotted, module, imported.level) ?? this.#reexported(imported, module);
    }
    if (expression.kind !== 'attribute') return undefined;
    const parent = this.moduleOf(module, expression.object);
    if (!parent) return undefined;
    const folder = parent.path.slice(0, Math.max(0, parent.path.lastIndexOf('/')));
    return (
      (parent.isPackage ? this.#at(folder, expression.name) : undefined) ??
      this.moduleOf(parent, { kind: 'name', name: expression.name, range: expression.range })
    );
  }

  #reexported(imported: ImportedName, module: PythonModule): PythonModule | undefined {
    const through = this.find(imported.module, module, imported.level);
    const name = imported.name;
    if (!through || through === module || name === undefined) return undefined;
    const inner = through.imports.find((item) => item.bound === name);
    return inner ? this.moduleOf(through, { kind: 'name', name, range: inner.range }) : undefined;
  }

  /** Where a name or an attribute of a module is bound: `x`, `module.x`. */
  lookup(module: PythonModule, expression: Expression): Resolved | undefined {
    if (expression.kind === 'name') return this.resolve(module, expression.name);
    if (expression.kind !== 'attribute') return undefined;
    const target = this.moduleOf(module, expression.object);
    return target ? this.resolve(target, expression.name) : undefined;
  }

  /** The class that an expression names. */
  classOf(module: PythonModule, expression: Expression): ClassReference | undefined {
    const found = this.lookup(module, expression);
    return found?.binding.kind === 'class' ? { module: found.module, statement: found.binding.statement } : undefined;
  }

  /** The function that an expression names. */
  functionOf(module: PythonModule, expression: Expression): FunctionReference | undefined {
    const found = this.lookup(module, expression);
    return found?.binding.kind === 'function'
      ? { module: found.module, statement: found.binding.statement }
      : undefined;
  }

  /**
   * The names that a class's ancestors have outside the repository (`pydantic_settings.BaseSettings`), and the
   * ancestors inside it, the nearest first. The class itself is the first.
   */
  lineage(reference: ClassReference): {
    readonly classes: readonly ClassReference[];
    readonly outside: readonly string[];
  } {
    const classes: ClassReference[] = [];
    const outside: string[] = [];
    const visit = (current: ClassReference): void => {
      if (classes.length > 20 || classes.some((known) => known.statement === current.statement)) return;
      classes.push(current);
      for (const base of current.statement.bases) {
        if (base.name !== undefined || base.star !== '') continue;
        const expression = base.value.kind === 'subscript' ? base.value.object : base.value;
        const inside = this.classOf(current.module, expression);
        if (inside) visit(inside);
        else {
          const name = current.module.qualify(expression);
          if (name !== undefined) outside.push(name);
        }
      }
    };
    visit(reference);
    return { classes, outside };
  }
}
