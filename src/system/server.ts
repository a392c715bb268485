import type { CallSite, PythonModule } from '../artifacts/python/module.ts';
import type { ClassReference, PythonProject } from '../artifacts/python/project.ts';
import { argumentAt, type Expression, hasHiddenArguments, keyword } from '../artifacts/python/syntax.ts';
import { evaluate, fieldOf, instanceOf, type StaticValue } from '../artifacts/python/values.ts';
import { flagValue, flagWord, operands, unwrap } from '../artifacts/shell/arguments.ts';
import type { ShellWord } from '../artifacts/shell/script.ts';
import { ShellScript } from '../artifacts/shell/script.ts';
import { shellScriptWord } from '../artifacts/shell/words.ts';
import type { Location, SourceFile } from '../artifacts/source-file.ts';
import { type Fact, fact } from './fact.ts';
import type { Settings } from './settings.ts';
import type { Variables } from './variables.ts';

/** The programs that serve Python applications. */
export type ServerProgram =
  | 'uvicorn'
  | 'gunicorn'
  | 'granian'
  | 'hypercorn'
  | 'daphne'
  | 'waitress'
  | 'flask'
  | 'django'
  | 'fastapi'
  | 'werkzeug';

/** How a server is started, as far as it is known. */
export interface ServerStart extends Location {
  readonly program: ServerProgram;
  /** `module:attribute`; for Django's runserver nothing. */
  readonly application: Fact<string> | undefined;
  /** The port that is bound; undefined when it is not known. */
  readonly port: Fact<number> | undefined;
  /** The address that is bound; undefined when it is not known. */
  readonly host: Fact<string> | undefined;
  /** Where reloading or debugging is switched on. */
  readonly reload: Location | undefined;
  readonly workers: Fact<number> | undefined;
  readonly threads: Fact<number> | undefined;
  /** Seconds that running requests get after SIGTERM; undefined when not known. */
  readonly gracefulTimeout: Fact<number> | undefined;
  /** The folder that the program is started in or told to change to. */
  readonly folder: string | undefined;
}

/** What a start is read in: the code, what it reads, and the variables it is given. */
export interface StartContext {
  readonly file: SourceFile;
  readonly project: PythonProject | undefined;
  readonly settings: Settings;
  readonly variables: Variables;
}

interface Defaults {
  readonly port: number;
  readonly host: string;
  readonly grace: number | undefined;
}

/** What each server does when it is told nothing. Sources: its documentation's list of settings. */
const DEFAULTS: Readonly<Record<ServerProgram, Defaults>> = {
  uvicorn: { port: 8000, host: '127.0.0.1', grace: undefined },
  gunicorn: { port: 8000, host: '127.0.0.1', grace: 30 },
  granian: { port: 8000, host: '127.0.0.1', grace: undefined },
  hypercorn: { port: 8000, host: '127.0.0.1', grace: 3 },
  daphne: { port: 8000, host: '127.0.0.1', grace: undefined },
  waitress: { port: 8080, host: '0.0.0.0', grace: undefined },
  flask: { port: 5000, host: '127.0.0.1', grace: undefined },
  werkzeug: { port: 5000, host: '127.0.0.1', grace: undefined },
  django: { port: 8000, host: '127.0.0.1', grace: undefined },
  fastapi: { port: 8000, host: '0.0.0.0', grace: undefined },
};

/**
 * Reads how a server is started from the words of a command.
 *
 * @param words the command of the image, the Compose service or the container, in exec form or parsed from a shell
 * @returns undefined when the command starts no known server, or is not understood
 */
export function readStart(words: readonly ShellWord[], context: StartContext): ServerStart | undefined {
  const inner = shellScriptWord(words);
  if (inner) {
    if (inner.value === undefined) return undefined;
    return startOfScript(
      new ShellScript(context.file, inner.value, {
        toFile: (offset) => Math.min(inner.range.start + 1 + offset, inner.range.end),
      }),
      context,
    );
  }
  const program = unwrap(words);
  const name = program[0]?.value?.split('/').pop();
  const args = program.slice(1);
  if (name === undefined) return undefined;
  if (/^python[\d.]*$/.test(name)) return startOfPython(args, context);
  return startOfProgram(name, args, program[0], context);
}

/** The start among a script's commands: the last server that it runs. */
export function startOfScript(script: ShellScript, context: StartContext): ServerStart | undefined {
  for (const command of [...script.commands].reverse()) {
    const variables = new Map(context.variables.all);
    for (const { name, value, range } of command.assignments) {
      variables.set(name, { name, value, source: 'image', file: script.file, range });
    }
    const start = readStart(command.words, { ...context, variables: { ...context.variables, all: variables } });
    if (start) return start;
  }
  return undefined;
}

function startOfProgram(
  name: string,
  args: readonly ShellWord[],
  word: ShellWord | undefined,
  context: StartContext,
): ServerStart | undefined {
  if (word === undefined) return undefined;
  const place: Location = {
    file: context.file,
    range: { start: word.range.start, end: (args.at(-1) ?? word).range.end },
  };
  switch (name) {
    case 'uvicorn':
    case 'granian':
    case 'daphne':
      return withFlags(name, args, place, context);
    case 'hypercorn':
    case 'gunicorn':
      return withBind(name, args, place, context);
    case 'waitress-serve':
      return withFlags('waitress', args, place, context);
    case 'flask': {
      if (!args.some((item) => item.value === 'run')) return undefined;
      return withFlags('flask', args, place, context);
    }
    case 'fastapi': {
      const mode = args[0]?.value;
      if (mode !== 'run' && mode !== 'dev') return undefined;
      const start = withFlags('fastapi', args.slice(1), place, context);
      return mode === 'dev'
        ? {
            ...start,
            host: start.host && flagWord(args, '--host') ? start.host : fact('127.0.0.1', place),
            reload: { file: context.file, range: args[0]?.range ?? place.range },
          }
        : { ...start, application: undefined };
    }
    case 'django-admin':
    case 'manage.py':
      return runserver(args, place, context);
    default:
      return undefined;
  }
}

function startOfPython(args: readonly ShellWord[], context: StartContext): ServerStart | undefined {
  const flag = args.findIndex((word) => word.value === '-m');
  if (flag >= 0) {
    const word = args[flag + 1];
    const name = word?.value;
    if (name === undefined || word === undefined) return undefined;
    const rest = args.slice(flag + 2);
    const known = startOfProgram(name === 'waitress' ? 'waitress-serve' : name, rest, word, context);
    if (known) return known;
    const { project } = context;
    if (!project) return undefined;
    const module =
      project.repository.find(`${name}.__main__`, project.root) ?? project.repository.find(name, project.root);
    return module ? startInCode(module, context, { file: context.file, range: word.range }) : undefined;
  }
  const script = operands(args, ['-W', '-X'])[0];
  const path = script?.value;
  if (script === undefined || path === undefined) return undefined;
  if (path.endsWith('manage.py'))
    return runserver(
      args.slice(args.indexOf(script) + 1),
      { file: context.file, range: { start: script.range.start, end: (args.at(-1) ?? script).range.end } },
      context,
    );
  const module = moduleAt(path, context.project);
  return module ? startInCode(module, context, { file: context.file, range: script.range }) : undefined;
}

/** The module that a path inside the image names: the one whose path ends like it. */
function moduleAt(path: string, project: PythonProject | undefined): PythonModule | undefined {
  if (!project) return undefined;
  const relative = path.replace(/^\.\//, '');
  if (!relative.startsWith('/')) {
    const direct = project.repository.module(project.path(relative));
    if (direct) return direct;
  }
  const parts = relative.split('/').filter((part) => part !== '');
  for (let index = 0; index < parts.length; index++) {
    const suffix = parts.slice(index).join('/');
    const found = project.modulePaths.filter((item) => item === suffix || item.endsWith(`/${suffix}`));
    if (found.length === 1 && found[0] !== undefined) return project.repository.module(found[0]);
  }
  return undefined;
}

function runserver(args: readonly ShellWord[], place: Location, context: StartContext): ServerStart | undefined {
  if (args[0]?.value !== 'runserver') return undefined;
  const word = operands(args.slice(1), ['--settings'])[0];
  const address = word
    ? addressOf(word.value ?? resolveText(word.text, context))
    : { host: undefined, port: undefined };
  const at: Location = word ? { file: context.file, range: word.range } : place;
  return {
    program: 'django',
    application: undefined,
    port: word ? (address?.port === undefined ? undefined : fact(address.port, at)) : fact(8000, place),
    host: word && address?.port === undefined ? undefined : fact(address?.host ?? '127.0.0.1', at),
    reload: place,
    workers: undefined,
    threads: undefined,
    gracefulTimeout: undefined,
    folder: undefined,
    ...place,
  };
}

function addressOf(
  text: string | undefined,
): { readonly host: string | undefined; readonly port: number | undefined } | undefined {
  if (text === undefined) return undefined;
  const match = /^(?:(.*):)?(\d+)$/.exec(text);
  if (!match) return undefined;
  return { host: match[1], port: Number(match[2]) };
}

/** Substitutes `$NAME`, `${NAME}` and `${NAME:-default}` by what the container is given. */
export function resolveText(text: string, context: StartContext): string | undefined {
  let unknown = false;
  const bare = text.replace(/^(["'])(.*)\1$/, '$2');
  const resolved = bare.replace(
    /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
    (_whole, braced?: string, fallback?: string, plain?: string) => {
      const variable = context.variables.all.get(braced ?? plain ?? '');
      if (variable) {
        if (variable.value === undefined) unknown = true;
        return variable.value ?? '';
      }
      if (fallback !== undefined && context.variables.complete && !fallback.includes('$')) return fallback;
      unknown = true;
      return '';
    },
  );
  return unknown || resolved.includes('$(') || resolved.includes('`') ? undefined : resolved;
}

function flagFact(
  args: readonly ShellWord[],
  names: readonly string[],
  context: StartContext,
): Fact<string> | 'unknown' | undefined {
  const given = flagValue(args, ...names);
  if (!given) return undefined;
  const text = given.value ?? resolveText(given.text, context);
  return text === undefined ? 'unknown' : { value: text, file: context.file, range: given.range };
}

function numberFact(given: Fact<string> | 'unknown' | undefined): Fact<number> | 'unknown' | undefined {
  if (given === undefined || given === 'unknown') return given;
  const value = Number(given.value);
  return Number.isInteger(value) ? { ...given, value } : 'unknown';
}

/** A variable of the server itself, for example UVICORN_PORT. */
function variableFact(name: string, context: StartContext): Fact<string> | 'unknown' | undefined {
  const variable = context.variables.all.get(name);
  if (!variable) return context.variables.complete ? undefined : 'unknown';
  return variable.value === undefined ? 'unknown' : fact(variable.value, variable);
}

function known<Value>(
  given: Fact<Value> | 'unknown' | undefined,
  fallback: Fact<Value> | undefined,
): Fact<Value> | undefined {
  if (given === 'unknown') return undefined;
  return given ?? fallback;
}

function applicationOf(
  args: readonly ShellWord[],
  valued: readonly string[],
  context: StartContext,
): Fact<string> | undefined {
  const word = operands(args, valued).find((item) => /^[\w.]+(:[\w.]+(\(.*\))?)?$/.test(item.value ?? ''));
  return word?.value === undefined ? undefined : { value: word.value, file: context.file, range: word.range };
}

const UVICORN_VALUED = [
  '--host',
  '--port',
  '--uds',
  '--fd',
  '--workers',
  '--loop',
  '--http',
  '--ws',
  '--log-level',
  '--log-config',
  '--env-file',
  '--root-path',
  '--app-dir',
  '--interface',
  '--reload-dir',
  '--forwarded-allow-ips',
  '--limit-concurrency',
  '--limit-max-requests',
  '--backlog',
  '--timeout-keep-alive',
  '--timeout-graceful-shutdown',
  '--ssl-keyfile',
  '--ssl-certfile',
  '--header',
  '-b',
  '-p',
  '-t',
  '--threads',
  '--workers-kill-timeout',
  '--blocking-threads',
  '--runtime-threads',
  '--listen',
  '-k',
  '--app',
  '--verbosity',
  '-v',
  '--runtime-mode',
];

function withFlags(
  program: ServerProgram,
  args: readonly ShellWord[],
  place: Location,
  context: StartContext,
): ServerStart {
  const defaults = DEFAULTS[program];
  const prefix =
    program === 'flask'
      ? 'FLASK_RUN'
      : program === 'granian'
        ? 'GRANIAN'
        : program === 'uvicorn'
          ? 'UVICORN'
          : undefined;
  const socket = flagWord(args, '--uds', '--fd', '--unix-socket', '-u');
  const portFlag = numberFact(
    flagFact(
      args,
      program === 'daphne' || program === 'flask' || program === 'fastapi' ? ['--port', '-p'] : ['--port'],
      context,
    ),
  );
  const hostFlag = flagFact(
    args,
    program === 'daphne' ? ['-b', '--bind'] : program === 'flask' ? ['--host', '-h'] : ['--host'],
    context,
  );
  const portVariable = portFlag ?? (prefix ? numberFact(variableFact(`${prefix}_PORT`, context)) : undefined);
  const hostVariable = hostFlag ?? (prefix ? variableFact(`${prefix}_HOST`, context) : undefined);
  const listen = program === 'waitress' ? flagFact(args, ['--listen'], context) : undefined;
  const address = listen && listen !== 'unknown' ? addressOf(listen.value) : undefined;
  const reload = flagWord(args, '--reload', '--debug');
  const folder = flagFact(args, ['--app-dir', '--working-dir'], context);
  const port =
    socket || listen === 'unknown'
      ? undefined
      : listen
        ? address?.port === undefined
          ? undefined
          : fact(address.port, listen)
        : known(portVariable, fact(defaults.port, place));
  return {
    program,
    application: applicationOf(args, UVICORN_VALUED, context),
    port,
    host: socket || listen === 'unknown' ? undefined : known(hostVariable, fact(defaults.host, place)),
    reload: reload ? { file: context.file, range: reload.range } : undefined,
    workers: known(numberFact(flagFact(args, ['--workers'], context)), undefined),
    threads: known(numberFact(flagFact(args, ['--threads', '--blocking-threads'], context)), undefined),
    gracefulTimeout: known(numberFact(flagFact(args, ['--timeout-graceful-shutdown'], context)), undefined),
    folder: folder && folder !== 'unknown' ? folder.value : undefined,
    ...place,
  };
}

const GUNICORN_VALUED = [
  '-b',
  '--bind',
  '-c',
  '--config',
  '-w',
  '--workers',
  '-k',
  '--worker-class',
  '--threads',
  '-t',
  '--timeout',
  '--graceful-timeout',
  '--keep-alive',
  '--log-level',
  '--access-logfile',
  '--error-logfile',
  '--log-file',
  '--chdir',
  '-n',
  '--name',
  '--max-requests',
  '--max-requests-jitter',
  '--worker-tmp-dir',
  '--log-config',
  '--access-logformat',
  '--worker-connections',
  '--forwarded-allow-ips',
  '-u',
  '-g',
  '--user',
  '--group',
  '--pythonpath',
  '-e',
  '--env',
  '--statsd-host',
  '-p',
  '--pid',
];

function withBind(
  program: 'gunicorn' | 'hypercorn',
  args: readonly ShellWord[],
  place: Location,
  context: StartContext,
): ServerStart {
  const config = configurationModule(args, program, context);
  const fromCommand = flagFact(args, ['--bind', '-b'], context);
  const fromConfig = config === 'unknown' || config === undefined ? config : configFact(config, 'bind', context);
  const bind = fromCommand ?? fromConfig;
  const address = bind && bind !== 'unknown' ? addressOf(bind.value) : undefined;
  const defaults = DEFAULTS[program];
  const usual =
    program === 'gunicorn'
      ? defaultGunicornBind(place, context)
      : { port: fact(defaults.port, place), host: fact(defaults.host, place) };
  const grace = numberFact(
    flagFact(args, ['--graceful-timeout'], context) ??
      (config && config !== 'unknown' ? configFact(config, 'graceful_timeout', context) : config),
  );
  const workers = numberFact(
    flagFact(args, ['--workers', '-w'], context) ??
      (config && config !== 'unknown' ? configFact(config, 'workers', context) : config),
  );
  const threads = numberFact(
    flagFact(args, ['--threads'], context) ??
      (config && config !== 'unknown' ? configFact(config, 'threads', context) : config),
  );
  const reload = flagWord(args, '--reload');
  const folder = flagFact(args, ['--chdir'], context);
  return {
    program,
    application: applicationOf(args, GUNICORN_VALUED, context),
    port:
      bind === undefined
        ? usual?.port
        : bind === 'unknown' || address?.port === undefined
          ? undefined
          : fact(address.port, bind),
    host:
      bind === undefined
        ? usual?.host
        : bind === 'unknown' || address?.port === undefined
          ? undefined
          : fact(address.host === undefined || address.host === '' ? '0.0.0.0' : address.host, bind),
    reload: reload ? { file: context.file, range: reload.range } : undefined,
    workers: known(workers, undefined),
    threads: known(threads, undefined),
    gracefulTimeout: known(grace, defaults.grace === undefined ? undefined : fact(defaults.grace, place)),
    folder: folder && folder !== 'unknown' ? folder.value : undefined,
    ...place,
  };
}

/** Gunicorn binds `0.0.0.0:$PORT` when PORT is set, else `127.0.0.1:8000`. */
function defaultGunicornBind(
  place: Location,
  context: StartContext,
): { readonly port: Fact<number>; readonly host: Fact<string> } | undefined {
  const variable = context.variables.all.get('PORT');
  if (!context.variables.complete || context.variables.all.has('GUNICORN_CMD_ARGS')) return undefined;
  if (!variable) return { port: fact(8000, place), host: fact('127.0.0.1', place) };
  const port = Number(variable.value);
  return variable.value !== undefined && Number.isInteger(port)
    ? { port: fact(port, variable), host: fact('0.0.0.0', place) }
    : undefined;
}

function configurationModule(
  args: readonly ShellWord[],
  program: 'gunicorn' | 'hypercorn',
  context: StartContext,
): PythonModule | 'unknown' | undefined {
  const given = flagFact(args, ['--config', '-c'], context);
  if (given === 'unknown') return 'unknown';
  if (given) {
    const name = given.value.replace(/^(python|file):/, '');
    const path = name.endsWith('.py') ? name : `${name.replaceAll('.', '/')}.py`;
    return moduleAt(path, context.project) ?? 'unknown';
  }
  if (program === 'gunicorn' && context.project?.has('gunicorn.conf.py'))
    return context.project.repository.module(context.project.path('gunicorn.conf.py')) ?? 'unknown';
  return undefined;
}

function configFact(module: PythonModule, name: string, context: StartContext): Fact<string> | 'unknown' | undefined {
  const binding = module.bindings.get(name);
  if (!binding) return undefined;
  if (binding.kind !== 'value' || !context.project) return 'unknown';
  const value = evaluate(context.project.repository, module, binding.value);
  const text = resolveValue(value, context);
  return text === undefined ? 'unknown' : { ...text };
}

/**
 * What a static value is worth in a container: settings and environment reads are looked up among its variables, and
 * fall back to their defaults only where all variables are known.
 */
export function resolveValue(value: StaticValue, context: StartContext, depth = 0): Fact<string> | undefined {
  if (depth > 5) return undefined;
  switch (value.kind) {
    case 'string':
      return fact(value.value, value);
    case 'number':
      return fact(String(value.value), value);
    case 'environment': {
      const variable = context.variables.all.get(value.read.variable);
      if (variable) return variable.value === undefined ? undefined : fact(variable.value, variable);
      if (!context.variables.complete || value.read.default === undefined) return undefined;
      return resolveValue(value.read.default, context, depth + 1);
    }
    case 'field': {
      const setting = context.settings.settings.find(
        (item) => item.field?.owner === value.owner.statement && item.field.name === value.name,
      );
      if (!setting || context.settings.customSources) {
        if (
          !setting ||
          setting.variables.some(
            (name) => context.variables.all.get(name)?.value === undefined && context.variables.all.has(name),
          )
        )
          return undefined;
      }
      for (const name of setting.variables) {
        const variable =
          context.variables.all.get(name) ??
          (setting.caseSensitive
            ? undefined
            : [...context.variables.all.values()].find((item) => item.name.toUpperCase() === name));
        if (variable) return variable.value === undefined ? undefined : fact(variable.value, variable);
      }
      if (!context.variables.complete || setting.default === undefined) return undefined;
      return resolveValue(setting.default, context, depth + 1);
    }
    case 'template': {
      let text = '';
      for (const part of value.parts) {
        const piece = typeof part === 'string' ? part : resolveValue(part, context, depth + 1)?.value;
        if (piece === undefined) return undefined;
        text += piece;
      }
      return fact(text, value);
    }
    default:
      return undefined;
  }
}

const CODE_SERVERS: ReadonlyMap<string, ServerProgram> = new Map([
  ['uvicorn.run', 'uvicorn'],
  ['uvicorn.Config', 'uvicorn'],
  ['waitress.serve', 'waitress'],
  ['granian.Granian', 'granian'],
]);

/** The calls of each module that may start a server, whatever the circumstances. */
const mayStart = new WeakMap<PythonModule, readonly CallSite[]>();

function startingCalls(module: PythonModule): readonly CallSite[] {
  let calls = mayStart.get(module);
  if (calls === undefined) {
    calls = module.calls.filter(
      ({ call: { callee } }) =>
        (callee.kind === 'attribute' && callee.name === 'run') || CODE_SERVERS.has(module.qualify(callee) ?? ''),
    );
    mayStart.set(module, calls);
  }
  return calls;
}

/** The start that a module makes itself: `uvicorn.run(app, port=…)`, `app.run(…)`; also in what it imports. */
function startInCode(module: PythonModule, context: StartContext, place: Location): ServerStart | undefined {
  const seen = new Set<PythonModule>();
  const queue = [module];
  while (queue.length > 0 && seen.size < 12) {
    const current = queue.shift();
    if (!current || seen.has(current)) continue;
    seen.add(current);
    const starts = startingCalls(current).flatMap((site) => codeStart(current, site, context) ?? []);
    const [only] = starts;
    if (starts.length === 1 && only) return only;
    if (starts.length > 1) return undefined;
    for (const imported of current.imports) {
      const next = context.project?.repository.importedModule(imported, current);
      if (next) queue.push(next);
    }
  }
  void place;
  return undefined;
}

function codeStart(module: PythonModule, { call, scope }: CallSite, context: StartContext): ServerStart | undefined {
  const { project } = context;
  if (!project) return undefined;
  const name = module.qualify(call.callee);
  let program = name === undefined ? undefined : CODE_SERVERS.get(name);
  if (!program && call.callee.kind === 'attribute' && call.callee.name === 'run') {
    const resolved = project.repository.lookup(module, call.callee.object);
    const made =
      resolved?.binding.kind === 'value' && resolved.binding.value.kind === 'call'
        ? resolved.module.qualify(resolved.binding.value.callee)
        : undefined;
    if (made === 'flask.Flask' || made === 'apiflask.APIFlask') program = 'werkzeug';
  }
  if (!program) return undefined;
  const defaults = DEFAULTS[program];
  const place = module.at(call);
  const hidden = hasHiddenArguments(call);
  const read = (key: string, position = -1): Fact<string> | 'unknown' | undefined => {
    const argument = keyword(call, key) ?? (position >= 0 ? argumentAt(call, position) : undefined);
    if (!argument) return hidden ? 'unknown' : undefined;
    return resolveValue(argumentValue(project, module, argument.value, scope), context) ?? 'unknown';
  };
  const listen = program === 'waitress' ? read('listen') : undefined;
  const switchedOn = (['reload', 'debug'] as const)
    .map((key) => keyword(call, key))
    .find((argument) => argument?.value.kind === 'constant' && argument.value.value === true);
  const target = argumentAt(call, 0, 'app')?.value;
  return {
    program,
    application: program === 'werkzeug' ? undefined : applicationArgument(module, target),
    port:
      listen !== undefined || keyword(call, 'uds') || keyword(call, 'fd')
        ? undefined
        : known(numberFact(read('port', program === 'werkzeug' ? 1 : -1)), fact(defaults.port, place)),
    host:
      listen !== undefined || keyword(call, 'uds') || keyword(call, 'fd')
        ? undefined
        : known(
            read(program === 'granian' ? 'address' : 'host', program === 'werkzeug' ? 0 : -1),
            fact(defaults.host, place),
          ),
    reload: switchedOn ? module.at(switchedOn) : undefined,
    workers: known(numberFact(read('workers')), undefined),
    threads: known(numberFact(read('threads')), undefined),
    gracefulTimeout: known(numberFact(read('timeout_graceful_shutdown')), undefined),
    folder: undefined,
    ...place,
  };
}

/** The value of an argument; a field of a parameter or local variable is one of its class (`settings: Settings`). */
function argumentValue(
  project: PythonProject,
  module: PythonModule,
  expression: Expression,
  scope: CallSite['scope'],
): StaticValue {
  if (expression.kind === 'attribute') {
    const owner = ownerOf(project, module, expression.object, scope, 0);
    if (owner) return { kind: 'field', owner, name: expression.name, ...module.at(expression) };
  }
  return evaluate(project.repository, module, expression);
}

/** The class of the repository that an expression inside a function is an instance of. */
function ownerOf(
  project: PythonProject,
  module: PythonModule,
  expression: Expression,
  scope: CallSite['scope'],
  depth: number,
): ClassReference | undefined {
  const { repository } = project;
  if (depth > 6) return undefined;
  if (expression.kind === 'attribute') {
    const owner = ownerOf(project, module, expression.object, scope, depth + 1);
    const field = owner ? fieldOf(repository, owner, expression.name) : undefined;
    if (field?.annotation) return repository.classOf(field.module, field.annotation);
  }
  if (expression.kind === 'name') {
    const parameter = scope.functions.flatMap((item) => item.parameters).find((item) => item.name === expression.name);
    if (parameter) return parameter.annotation ? repository.classOf(module, parameter.annotation) : undefined;
    for (const { statement, scope: around } of module.statements) {
      if (statement.kind !== 'assign' || around.functions.at(-1) !== scope.functions.at(-1) || !statement.value)
        continue;
      if (!statement.targets.some((target) => target.kind === 'name' && target.name === expression.name)) continue;
      if (statement.annotation) return repository.classOf(module, statement.annotation);
      return ownerOf(project, module, statement.value, scope, depth + 1);
    }
  }
  return instanceOf(repository, module, expression);
}

function applicationArgument(module: PythonModule, target: Expression | undefined): Fact<string> | undefined {
  if (target?.kind !== 'string') return undefined;
  const [text] = target.parts;
  return typeof text === 'string' && target.parts.length === 1 ? fact(text, module.at(target)) : undefined;
}
