import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../lint/rule.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context } from './context.ts';

/**
 * Loads the rules of plugins. A path is a module or a folder of modules; any other name is an npm package, looked up from
 * the repository. Every export that is a rule counts. A plugin is code of the repository's own and runs as such.
 *
 * @param names what the settings list under `plugins`
 * @throws UserError where a plugin cannot be loaded or holds no rule
 */
export async function loadPlugins(
  { fs, cwd, importModule }: Pick<Context, 'fs' | 'cwd' | 'importModule'>,
  names: readonly string[],
): Promise<readonly Rule[]> {
  const loaded = await Promise.all(
    names.map(async (name) => {
      const rules = (await Promise.all(modulesOf(name, fs, cwd).map((path) => importRules(path, importModule)))).flat();
      if (rules.length === 0)
        throw new UserError(`The plugin ${name} exports no rule`, { remedy: 'Export what `defineRule` returns.' });
      return rules;
    }),
  );
  return loaded.flat();
}

function modulesOf(name: string, fs: Context['fs'], cwd: string): readonly string[] {
  if (!/^\.{0,2}\//.test(name)) {
    try {
      return [createRequire(join(cwd, 'package.json')).resolve(name)];
    } catch (cause) {
      throw new UserError(`The plugin ${name} is not installed`, { remedy: `npm install --save-dev ${name}`, cause });
    }
  }
  const path = resolve(cwd, name);
  try {
    if (!fs.lstatSync(path).isDirectory()) return [path];
    return fs
      .readdirSync(path)
      .filter((file) => /\.m?js$/.test(file) && !/\.test\.m?js$/.test(file))
      .sort()
      .map((file) => join(path, file));
  } catch (cause) {
    throw new UserError(`The plugin ${name} does not exist`, { cause });
  }
}

async function importRules(path: string, importModule: Context['importModule']): Promise<readonly Rule[]> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await importModule(pathToFileURL(path).href)) as typeof module;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`The plugin cannot be loaded: ${reason}`, { place: { file: path }, cause });
  }
  return Object.values(module)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isRule);
}

function isRule(value: unknown): value is Rule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    'domain' in value &&
    'check' in value &&
    typeof value.check === 'function'
  );
}
