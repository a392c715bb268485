import type { CallSite, PythonModule } from '../artifacts/python/module.ts';
import type { PythonProject, PythonRepository } from '../artifacts/python/project.ts';
import {
  argumentAt,
  type CallExpression,
  type Expression,
  type FunctionStatement,
  keyword,
} from '../artifacts/python/syntax.ts';
import { evaluate, knownText } from '../artifacts/python/values.ts';
import type { Location } from '../artifacts/source-file.ts';
import { djangoRoutes } from './django-routes.ts';
import { joinRoute, matchesPath, normalizeRoute } from './pattern.ts';

/** A path that the code answers. */
export interface Route extends Location {
  /** As served from outside, mounts and prefixes included; `*` is one segment, a final `**` anything below. */
  readonly path: string;
  /** Upper-case methods; empty when all or not known. */
  readonly methods: readonly string[];
  /** The function that answers, where it is one of the repository. */
  readonly handler: { readonly module: PythonModule; readonly statement: FunctionStatement } | undefined;
  /** Brought by the framework or a library: `/docs`, `/openapi.json`. */
  readonly builtin: boolean;
}

/** The routes of a project. */
export interface RouteTable {
  readonly routes: readonly Route[];
  /** Whether these are all: an application was found, and no router or prefix is unknown at the top. */
  readonly complete: boolean;
  /** The application objects, as `module:name` and where they are made. */
  readonly applications: readonly Application[];
}

/** An application object that a server can be pointed at. */
export interface Application extends Location {
  readonly module: PythonModule;
  readonly name: string;
  readonly framework: 'fastapi' | 'starlette' | 'flask' | 'django';
  readonly call: CallExpression;
}

/** The route that answers a path; undefined when none does. */
export function routeFor(table: RouteTable, path: string): Route | undefined {
  return (
    table.routes.find((route) => !route.path.includes('**') && matchesPath(route.path, path)) ??
    table.routes.find((route) => matchesPath(route.path, path))
  );
}

const tables = new WeakMap<PythonProject, RouteTable>();

/** The routes of a project, read once. */
export function routesOf(project: PythonProject): RouteTable {
  const known = tables.get(project);
  if (known) return known;
  const table = readRoutes(project);
  tables.set(project, table);
  return table;
}

interface Maker {
  readonly framework: Application['framework'];
  readonly application: boolean;
  /** What it serves of itself: the parameters that say where, and the usual places. */
  readonly builtins?: readonly (readonly [parameter: string, usual: string])[];
}

const OPENAPI = ['openapi_url', '/openapi.json'] as const;
const DOCS = ['docs_url', '/docs'] as const;
const FASTAPI: Maker = { framework: 'fastapi', application: true, builtins: [OPENAPI, DOCS, ['redoc_url', '/redoc']] };

const MAKERS: ReadonlyMap<string, Maker> = new Map([
  ['fastapi.FastAPI', FASTAPI],
  ['fastapi.applications.FastAPI', FASTAPI],
  ['fastapi.APIRouter', { framework: 'fastapi', application: false }],
  ['fastapi.routing.APIRouter', { framework: 'fastapi', application: false }],
  ['faststream.rabbit.fastapi.RabbitRouter', { framework: 'fastapi', application: false }],
  ['faststream.kafka.fastapi.KafkaRouter', { framework: 'fastapi', application: false }],
  ['starlette.applications.Starlette', { framework: 'starlette', application: true }],
  ['flask.Flask', { framework: 'flask', application: true }],
  ['apiflask.APIFlask', { framework: 'flask', application: true }],
  ['quart.Quart', { framework: 'flask', application: true }],
  ['flask.Blueprint', { framework: 'flask', application: false }],
  ['apiflask.APIBlueprint', { framework: 'flask', application: false }],
  ['flask_smorest.Blueprint', { framework: 'flask', application: false }],
  ['quart.Blueprint', { framework: 'flask', application: false }],
  ['flask_smorest.Api', { framework: 'flask', application: false }],
  ['flask_restful.Api', { framework: 'flask', application: false }],
  // Served where Django's URL configuration mounts it.
  ['ninja.NinjaAPI', { framework: 'django', application: false, builtins: [OPENAPI, DOCS] }],
  ['ninja.Router', { framework: 'django', application: false }],
]);

const METHODS = new Set(['get', 'post', 'put', 'delete', 'patch', 'options', 'head', 'trace']);
const ROUTE_DECORATORS = new Set([...METHODS, 'route', 'api_route', 'websocket', 'websocket_route', 'doc_route']);
const ADDERS = new Set([
  'add_api_route',
  'add_route',
  'add_url_rule',
  'add_api_websocket_route',
  'add_websocket_route',
  'add_resource',
]);

/** A router or application, and what is attached to it. */
interface RouterNode {
  readonly maker: Maker;
  readonly prefix: string;
  readonly call: CallExpression;
  readonly module: PythonModule;
  readonly name: string;
  readonly routes: Route[];
  readonly children: {
    readonly node: RouterNode | undefined;
    readonly prefix: string;
    readonly place: Location;
    readonly replaces: boolean;
  }[];
  attached: boolean;
}

const ANYTHING = '**';

/** Reads the routes of a project: FastAPI, Starlette, Flask and its kin, Django. */
export function readRoutes(project: PythonProject): RouteTable {
  const modules = project.sources.filter(
    (module) =>
      /fastapi|starlette|flask|quart|django|ninja/i.test(module.text) ||
      /router|blueprint|\bapp\b|\.mount\(/i.test(module.text),
  );
  const reader = new RouterReader(project.repository);
  for (const module of modules) reader.collectNodes(module);
  for (const module of modules) reader.collectRoutes(module);
  const found = reader.table();
  const django = djangoRoutes(project, (module, expression, prefix) => reader.below(module, expression, prefix));
  const routes = [...found.routes, ...django.routes];
  const applications = [...found.applications, ...django.applications];
  return {
    routes,
    applications,
    complete: applications.length > 0 && !routes.some((route) => route.path === '/**') && !usesOtherFramework(project),
  };
}

/** Frameworks whose routes are not read: their presence makes the table incomplete. */
function usesOtherFramework(project: PythonProject): boolean {
  return project.requires(
    'aiohttp',
    'sanic',
    'tornado',
    'bottle',
    'falcon',
    'litestar',
    'connexion',
    'robyn',
    'blacksheep',
    'flask-restx',
    'flask-appbuilder',
    'nicegui',
    'gradio',
    'dash',
    'strawberry-graphql',
  );
}

class RouterReader {
  readonly #repository: PythonRepository;
  readonly #nodes = new Map<Expression, RouterNode>();
  readonly #loose: Route[] = [];

  constructor(repository: PythonRepository) {
    this.#repository = repository;
  }

  collectNodes(module: PythonModule): void {
    for (const { call, statement } of module.calls) {
      const maker = this.#makerOf(module, call);
      if (!maker) continue;
      const argument = keyword(call, 'prefix') ?? keyword(call, 'url_prefix');
      const prefix = argument ? this.#text(module, argument.value) : '';
      const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
      const name = target?.kind === 'name' ? target.name : target?.kind === 'attribute' ? target.name : '';
      const node: RouterNode = {
        maker,
        prefix: prefix ?? ANYTHING,
        call,
        module,
        name,
        routes: [],
        children: [],
        attached: false,
      };
      this.#nodes.set(call, node);
      if (maker.builtins) this.#addBuiltins(node, maker.builtins);
    }
  }

  #makerOf(module: PythonModule, call: CallExpression): Maker | undefined {
    const name = module.qualify(call.callee);
    const direct = name === undefined ? undefined : MAKERS.get(name);
    if (direct) return direct;
    const own = this.#repository.classOf(module, call.callee);
    if (!own) return undefined;
    for (const outside of this.#repository.lineage(own).outside) {
      const inherited = MAKERS.get(outside);
      if (inherited) return inherited;
    }
    return undefined;
  }

  #addBuiltins(node: RouterNode, builtins: NonNullable<Maker['builtins']>): void {
    const { call, module } = node;
    const place = module.at(call);
    if (call.args.some((argument) => argument.star !== '')) this.#add(node, ANYTHING, [], place, undefined);
    for (const [name, usual] of builtins) {
      const given = keyword(call, name);
      const path = given ? this.#optionalText(module, given.value) : usual;
      if (path !== null) this.#add(node, path, ['GET'], place, undefined, true);
      else if (name === OPENAPI[0]) return;
    }
  }

  collectRoutes(module: PythonModule): void {
    for (const { statement, scope } of module.statements) {
      if (statement.kind !== 'function' && statement.kind !== 'class') continue;
      for (const { expression } of statement.decorators) {
        if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') continue;
        const verb = expression.callee.name;
        if (!ROUTE_DECORATORS.has(verb)) continue;
        const nodes = this.#nodesOf(module, expression.callee.object, scope.functions);
        const handler = statement.kind === 'function' ? { module, statement } : undefined;
        const first = argumentAt(expression, 0, 'path') ?? keyword(expression, 'rule');
        const path = first ? this.#text(module, first.value) : undefined;
        const methods = METHODS.has(verb) ? [verb.toUpperCase()] : this.#methods(module, expression, verb);
        for (const node of nodes)
          this.#add(node, path ?? (first ? ANYTHING : ''), methods, module.at(expression), handler);
      }
    }
    for (const site of module.calls) this.#operation(module, site);
  }

  #operation(module: PythonModule, site: CallSite): void {
    const { call } = site;
    const made = this.#nodes.get(call);
    if (made?.maker.application) this.#takeRoutes(made, site);
    if (call.callee.kind !== 'attribute') return;
    const verb = call.callee.name;
    const place = module.at(call);
    if (verb === 'add_router') {
      this.#addRouter(module, site);
      return;
    }
    if (verb === 'include_router' || verb === 'register_blueprint' || verb === 'mount') {
      this.#attach(module, site, verb);
      return;
    }
    if (ADDERS.has(verb)) {
      for (const node of this.#nodesOf(module, call.callee.object, site.scope.functions)) {
        const paths =
          verb === 'add_resource'
            ? call.args.slice(1).filter((argument) => argument.name === undefined)
            : [argumentAt(call, 0, verb === 'add_url_rule' ? 'rule' : 'path')];
        const handlerArgument = argumentAt(
          call,
          verb === 'add_url_rule' ? 2 : 1,
          verb === 'add_url_rule' ? 'view_func' : 'endpoint',
        );
        const handler = handlerArgument ? this.#repository.functionOf(module, handlerArgument.value) : undefined;
        for (const argument of paths) {
          const path = argument ? this.#text(module, argument.value) : undefined;
          this.#add(node, path ?? ANYTHING, this.#methods(module, call, verb), place, handler);
        }
      }
      return;
    }
    if (verb === 'expose' && /instrument/i.test(module.text)) {
      const endpoint = keyword(call, 'endpoint');
      const path = endpoint ? this.#text(module, endpoint.value) : '/metrics';
      this.#loose.push({
        path: path === undefined ? '/**' : joinRoute('', path),
        methods: ['GET'],
        handler: undefined,
        builtin: true,
        ...place,
      });
    } else if (verb === 'add_middleware') {
      const [argument] = call.args;
      const name = argument ? (module.qualify(argument.value) ?? '') : '';
      if (/health|metric|prometheus/i.test(name))
        this.#loose.push({ path: '/**', methods: [], handler: undefined, builtin: true, ...place });
    }
  }

  /** `FastAPI(routes=[*router.routes])`: the routers whose routes an application is made with; anything where they are not known. */
  #takeRoutes({ maker, module, children }: RouterNode, { call, scope }: CallSite): void {
    const given = maker.framework === 'starlette' ? argumentAt(call, 1, 'routes') : keyword(call, 'routes');
    if (!given) return;
    const place = module.at(given.value);
    for (const item of given.value.kind === 'list' ? given.value.items : [given.value]) {
      const value = item.kind === 'other' && item.children.length === 1 ? item.children[0] : item;
      const routers =
        value?.kind === 'attribute' && value.name === 'routes'
          ? this.#nodesOf(module, value.object, scope.functions)
          : [];
      for (const router of routers) router.attached = true;
      for (const node of routers.length > 0 ? routers : [undefined])
        children.push({ node, prefix: node ? '' : ANYTHING, place, replaces: false });
    }
  }

  #attach(module: PythonModule, site: CallSite, verb: 'include_router' | 'register_blueprint' | 'mount'): void {
    const { call } = site;
    if (call.callee.kind !== 'attribute') return;
    const parents = this.#nodesOf(module, call.callee.object, site.scope.functions);
    const childArgument = argumentAt(
      call,
      verb === 'mount' ? 1 : 0,
      verb === 'mount' ? 'app' : verb === 'include_router' ? 'router' : 'blueprint',
    );
    const prefixArgument =
      verb === 'mount' ? argumentAt(call, 0, 'path') : (keyword(call, 'prefix') ?? keyword(call, 'url_prefix'));
    const hidden = call.args.some((argument) => argument.star !== '');
    const prefix = prefixArgument ? (this.#text(module, prefixArgument.value) ?? ANYTHING) : hidden ? ANYTHING : '';
    const replaces = verb === 'register_blueprint' && prefixArgument !== undefined;
    const children = childArgument ? this.#nodesOf(module, childArgument.value, site.scope.functions) : [];
    for (const child of children) child.attached = true;
    for (const parent of parents) {
      if (children.length === 0) parent.children.push({ node: undefined, prefix, place: module.at(call), replaces });
      for (const child of children) parent.children.push({ node: child, prefix, place: module.at(call), replaces });
    }
    // The application is a parameter of a function: whatever is attached counts as reachable.
    if (parents.length === 0 && this.#looksLikeApplication(call.callee.object)) {
      const routes =
        children.length === 0
          ? [joinRoute(prefix, ANYTHING)]
          : children.flatMap((child) => this.#flatten(child, prefix, replaces, 0).map((route) => route.path));
      if (children.length === 0)
        this.#loose.push({
          path: normalizeRoute(routes[0] ?? '/**'),
          methods: [],
          handler: undefined,
          builtin: false,
          ...module.at(call),
        });
      else for (const child of children) this.#deferred.push({ child, prefix, replaces });
    }
  }

  /** Django Ninja: `api.add_router("/items", router)`; a router may be named by its dotted path. */
  #addRouter(module: PythonModule, { call, scope }: CallSite): void {
    if (call.callee.kind !== 'attribute') return;
    const prefixArgument = argumentAt(call, 0, 'prefix');
    const prefix = (prefixArgument && this.#text(module, prefixArgument.value)) ?? ANYTHING;
    const routerArgument = argumentAt(call, 1, 'router');
    const found = routerArgument ? this.#nodesOf(module, routerArgument.value, scope.functions) : [];
    const children = found.length > 0 ? found : [undefined];
    for (const parent of this.#nodesOf(module, call.callee.object, scope.functions))
      for (const node of children) parent.children.push({ node, prefix, place: module.at(call), replaces: false });
  }

  readonly #deferred: { readonly child: RouterNode; readonly prefix: string; readonly replaces: boolean }[] = [];

  #looksLikeApplication(expression: Expression): boolean {
    const name = expression.kind === 'name' || expression.kind === 'attribute' ? expression.name : '';
    return /app|application|api|router|server/i.test(name);
  }

  /** The routers that an expression may stand for: a local variable, a module's name, `self.app`, a factory's result. */
  #nodesOf(
    module: PythonModule,
    expression: Expression,
    functions: readonly FunctionStatement[],
    depth = 0,
  ): readonly RouterNode[] {
    if (depth > 8) return [];
    const direct = this.#nodes.get(expression);
    if (direct) return [direct];
    if (expression.kind === 'name') {
      for (const scope of [...functions].reverse()) {
        for (const { statement, scope: around } of module.statements) {
          if (statement.kind !== 'assign' || around.functions.at(-1) !== scope || !statement.value) continue;
          if (!statement.targets.some((target) => target.kind === 'name' && target.name === expression.name)) continue;
          return this.#nodesOf(module, statement.value, functions, depth + 1);
        }
        const parameter = scope.parameters.find((item) => item.name === expression.name);
        if (parameter) return parameter.annotation ? this.#onlyApplication(module, parameter.annotation) : [];
      }
    }
    if (expression.kind === 'attribute' && expression.object.kind === 'name' && expression.object.name === 'self') {
      return [...this.#nodes.values()].filter((node) => node.module === module && node.name === expression.name);
    }
    if (expression.kind === 'call') {
      const factory = this.#repository.functionOf(module, expression.callee);
      if (!factory) return [];
      const returned = factory.module.statements.filter(
        ({ statement, scope }) => statement.kind === 'return' && scope.functions.at(-1) === factory.statement,
      );
      return returned.flatMap(({ statement }) =>
        statement.kind === 'return' && statement.value
          ? this.#nodesOf(factory.module, statement.value, [factory.statement], depth + 1)
          : [],
      );
    }
    if (expression.kind === 'conditional')
      return [expression.then, expression.otherwise].flatMap((side) =>
        this.#nodesOf(module, side, functions, depth + 1),
      );
    const resolved = this.#repository.lookup(module, expression);
    if (resolved?.binding.kind === 'value')
      return this.#nodesOf(resolved.module, resolved.binding.value, [], depth + 1);
    if (resolved?.binding.kind === 'ambiguous') {
      return resolved.module.statements.flatMap(({ statement }) =>
        statement.kind === 'assign' &&
        statement.value &&
        statement.targets.some((target) => target.kind === 'name' && target.name === resolved.name)
          ? this.#nodesOf(resolved.module, statement.value, [], depth + 1)
          : [],
      );
    }
    return [];
  }

  /** `def register(app: FastAPI)`: the application, when the project makes just one of that kind. */
  #onlyApplication(module: PythonModule, annotation: Expression): readonly RouterNode[] {
    const maker = MAKERS.get(module.qualify(annotation) ?? '');
    if (!maker) return [];
    const candidates = [...this.#nodes.values()].filter((node) => node.maker === maker);
    return candidates.length === 1 ? candidates : [];
  }

  #methods(module: PythonModule, call: CallExpression, verb: string): readonly string[] {
    const argument = keyword(call, 'methods');
    if (!argument)
      return verb === 'api_route' || verb === 'add_api_route' || verb === 'route' || verb === 'add_url_rule'
        ? ['GET']
        : [];
    const value = evaluate(this.#repository, module, argument.value);
    return value.kind === 'list' ? value.items.flatMap((item) => knownText(item)?.toUpperCase() ?? []) : [];
  }

  #add(
    node: RouterNode,
    path: string,
    methods: readonly string[],
    place: Location,
    handler: Route['handler'],
    builtin = false,
  ): void {
    node.routes.push({ path, methods, handler, builtin, ...place });
  }

  #text(module: PythonModule, expression: Expression): string | undefined {
    const value = evaluate(this.#repository, module, expression);
    if (value.kind === 'template') {
      // What is known of the front is kept, the rest may be anything.
      const [first] = value.parts;
      return typeof first === 'string' && first.includes('/')
        ? `${first.slice(0, first.lastIndexOf('/') + 1)}${ANYTHING}`
        : undefined;
    }
    return value.kind === 'string' ? value.value : undefined;
  }

  /** A path that may be None; what is not known is anything. */
  #optionalText(module: PythonModule, expression: Expression): string | null {
    const value = evaluate(this.#repository, module, expression);
    return value.kind === 'none' ? null : value.kind === 'string' ? value.value : `/${ANYTHING}`;
  }

  #flatten(node: RouterNode, prefix: string, replaces: boolean, depth: number): readonly Route[] {
    if (depth > 10) return [];
    const base = replaces ? prefix : joinRoute(prefix, node.prefix);
    const own = node.routes.map((route) => ({ ...route, path: normalizeRoute(joinRoute(base, route.path)) }));
    const below = node.children.flatMap((child) =>
      child.node
        ? this.#flatten(child.node, joinRoute(base, child.prefix), child.replaces, depth + 1)
        : [
            {
              path: normalizeRoute(joinRoute(joinRoute(base, child.prefix), ANYTHING)),
              methods: [],
              handler: undefined,
              builtin: false,
              ...child.place,
            },
          ],
    );
    return [...own, ...below];
  }

  /**
   * The routes of the routers that an expression stands for; undefined where it stands for none.
   *
   * @param prefix where they are mounted
   */
  below(module: PythonModule, expression: Expression, prefix: string): readonly Route[] | undefined {
    const nodes = this.#nodesOf(module, expression, []);
    return nodes.length === 0 ? undefined : nodes.flatMap((node) => this.#flatten(node, prefix, false, 0));
  }

  table(): { readonly routes: readonly Route[]; readonly applications: readonly Application[] } {
    const roots = [...this.#nodes.values()].filter((node) => node.maker.application && !node.attached);
    const applications = roots.map(
      (node): Application => ({
        module: node.module,
        name: node.name,
        framework: node.maker.framework,
        call: node.call,
        ...node.module.at(node.call),
      }),
    );
    const routes = [
      ...roots.flatMap((node) => this.#flatten(node, '', false, 0)),
      ...this.#deferred.flatMap(({ child, prefix, replaces }) => this.#flatten(child, prefix, replaces, 0)),
      ...this.#loose,
    ];
    return { routes, applications };
  }
}
