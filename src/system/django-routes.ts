import type { PythonModule } from '../artifacts/python/module.ts';
import type { PythonProject } from '../artifacts/python/project.ts';
import { argumentAt, type CallExpression, type Expression } from '../artifacts/python/syntax.ts';
import { evaluate } from '../artifacts/python/values.ts';
import type { Location } from '../artifacts/source-file.ts';
import { joinRoute, normalizeRoute } from './pattern.ts';
import type { Application, Route } from './routes.ts';

const ANYTHING: Pick<Route, 'methods' | 'handler' | 'builtin'> = { methods: [], handler: undefined, builtin: false };

/** The routes of an object whose `urls` are mounted at a prefix; undefined where it is none that is known. */
type Mounted = (module: PythonModule, owner: Expression, prefix: string) => readonly Route[] | undefined;

/**
 * Reads the URL configuration that ROOT_URLCONF names, `include` and routers followed.
 *
 * @param mounted reads what other libraries mount there: `path("", api.urls)`
 */
export function djangoRoutes(
  project: PythonProject,
  mounted: Mounted,
): {
  readonly routes: readonly Route[];
  readonly applications: readonly Application[];
} {
  const applications: Application[] = [];
  const routes: Route[] = [];
  const visited = new Set<PythonModule>();
  for (const settings of project.sources) {
    if (!settings.text.includes('ROOT_URLCONF')) continue;
    const binding = settings.bindings.get('ROOT_URLCONF');
    if (binding?.kind !== 'value') continue;
    const value = evaluate(project.repository, settings, binding.value);
    const place: Location = settings.at(binding.value);
    const root = value.kind === 'string' ? findModule(project, settings, value.value) : undefined;
    if (!root) {
      routes.push({ path: '/**', ...ANYTHING, ...place });
      continue;
    }
    if (visited.has(root)) continue;
    visited.add(root);
    const call: CallExpression = { kind: 'call', callee: binding.value, args: [], range: binding.value.range };
    applications.push({ module: settings, name: 'application', framework: 'django', call, ...place });
    routes.push(...patternsOf({ project, mounted }, root, '', 0));
  }
  return { routes, applications };
}

interface Reading {
  readonly project: PythonProject;
  readonly mounted: Mounted;
}

function findModule(project: PythonProject, from: PythonModule, dotted: string): PythonModule | undefined {
  return project.repository.find(dotted, from) ?? project.repository.find(dotted, project.root);
}

function patternsOf(reading: Reading, module: PythonModule, prefix: string, depth: number): readonly Route[] {
  if (depth > 10) return [];
  return module.statements.flatMap(({ statement }) => {
    if (statement.kind !== 'assign' || !statement.value) return [];
    if (!statement.targets.some((target) => target.kind === 'name' && target.name === 'urlpatterns')) return [];
    return listOf(reading, module, statement.value, prefix, depth);
  });
}

function listOf(
  reading: Reading,
  module: PythonModule,
  expression: Expression,
  prefix: string,
  depth: number,
): readonly Route[] {
  const at = module.at(expression);
  if (expression.kind === 'list' || expression.kind === 'tuple') {
    return expression.items.flatMap((item) => entryOf(reading, module, item, prefix, depth));
  }
  if (expression.kind === 'binary' && expression.operator === '+') {
    return [expression.left, expression.right].flatMap((side) => listOf(reading, module, side, prefix, depth));
  }
  if (expression.kind === 'call') {
    const name = module.qualify(expression.callee);
    if (name === 'django.conf.urls.static.static') return [];
    if (name?.endsWith('format_suffix_patterns')) {
      const [first] = expression.args;
      return first ? listOf(reading, module, first.value, prefix, depth) : [];
    }
  }
  if (expression.kind === 'name' && expression.name === 'urlpatterns') return [];
  const routers = routerRoutes(reading.project, module, expression, prefix);
  return routers ?? [{ path: joinRoute(prefix, '**'), ...ANYTHING, ...at }];
}

function entryOf(
  reading: Reading,
  module: PythonModule,
  item: Expression,
  prefix: string,
  depth: number,
): readonly Route[] {
  const { project } = reading;
  const at = module.at(item);
  if (item.kind !== 'call') return [{ path: joinRoute(prefix, '**'), ...ANYTHING, ...at }];
  const name = module.qualify(item.callee)?.split('.').pop();
  const patternArgument = argumentAt(item, 0, 'route')?.value;
  const pattern = patternArgument ? evaluate(project.repository, module, patternArgument) : undefined;
  if ((name !== 'path' && name !== 're_path' && name !== 'url') || pattern?.kind !== 'string') {
    return [{ path: joinRoute(prefix, '**'), ...ANYTHING, ...at }];
  }
  const view = argumentAt(item, 1, 'view')?.value;
  const own = name === 'path' ? normalizeRoute(pattern.value) : regexRoute(pattern.value);
  const path = joinRoute(prefix, own);
  if (view?.kind === 'call' && module.qualify(view.callee)?.split('.').pop() === 'include') {
    const target = argumentAt(view, 0, 'arg')?.value;
    return target ? included(reading, module, target, path, depth) : [];
  }
  if (view?.kind === 'attribute' && view.name === 'urls')
    return reading.mounted(module, view.object, path) ?? [{ path: joinRoute(path, '**'), ...ANYTHING, ...at }];
  const handler = view ? project.repository.functionOf(module, view) : undefined;
  return [{ path: normalizeRoute(path), methods: [], handler, builtin: false, ...at }];
}

function included(
  reading: Reading,
  module: PythonModule,
  target: Expression,
  prefix: string,
  depth: number,
): readonly Route[] {
  const { project } = reading;
  const at = module.at(target);
  const first = target.kind === 'tuple' ? (target.items[0] ?? target) : target;
  if (first.kind === 'list') return listOf(reading, module, first, prefix, depth + 1);
  const value = evaluate(project.repository, module, first);
  if (value.kind === 'string') {
    const inner = findModule(project, module, value.value);
    if (inner) return patternsOf(reading, inner, prefix, depth + 1);
  }
  const inner = project.repository.moduleOf(module, first);
  if (inner) return patternsOf(reading, inner, prefix, depth + 1);
  return (
    routerRoutes(project, module, first, prefix) ?? [
      { path: normalizeRoute(joinRoute(prefix, '**')), ...ANYTHING, ...at },
    ]
  );
}

/** `router.urls` of a Django REST framework router: every registered prefix with anything below it. */
function routerRoutes(
  project: PythonProject,
  module: PythonModule,
  expression: Expression,
  prefix: string,
): readonly Route[] | undefined {
  if (expression.kind !== 'attribute' || expression.name !== 'urls') return undefined;
  const resolved = project.repository.lookup(module, expression.object);
  if (resolved?.binding.kind !== 'value') return undefined;
  const owner = resolved.module;
  const routes: Route[] = [{ path: normalizeRoute(joinRoute(prefix, '')), ...ANYTHING, ...module.at(expression) }];
  for (const { call } of owner.calls) {
    if (call.callee.kind !== 'attribute' || call.callee.name !== 'register') continue;
    if (call.callee.object.kind !== 'name' || call.callee.object.name !== resolved.name) continue;
    const argument = argumentAt(call, 0, 'prefix')?.value;
    const value = argument ? evaluate(project.repository, owner, argument) : undefined;
    const path = value?.kind === 'string' ? regexRoute(value.value) : '**';
    routes.push({ path: normalizeRoute(joinRoute(prefix, path)), ...ANYTHING, ...owner.at(call) });
    routes.push({ path: normalizeRoute(joinRoute(joinRoute(prefix, path), '**')), ...ANYTHING, ...owner.at(call) });
  }
  return routes;
}

/** A regular expression as a pattern when it is plain text, else anything below its plain front. */
function regexRoute(pattern: string): string {
  const bare = pattern.replace(/^\^/, '').replace(/\/\?\$?$|\$$/, '');
  if (/^[\w\-/]*$/.test(bare)) return bare;
  const plain = /^[\w\-/]*\//.exec(bare)?.[0] ?? '';
  return `${plain}**`;
}
