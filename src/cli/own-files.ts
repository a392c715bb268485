import { readTree } from '../tree/read-tree.ts';
import { gitEnvironment } from './base.ts';
import type { Context } from './context.ts';

/** Folders that tools make and that nobody moves. */
const MADE_BY_TOOLS = new Set([
  '.git',
  '.msvc',
  '.venv',
  'node_modules',
  '__pycache__',
  '.mypy_cache',
  '.ruff_cache',
  '.pytest_cache',
  '.hypothesis',
  'dist',
]);

/**
 * The files of a workspace that git would track, or where git is not used, those that no tool made.
 *
 * @returns relative paths
 */
export async function listFiles({ processes, fs, env }: Context, root: string): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = await processes.run('git', args, { cwd: root, env: gitEnvironment(env) });
  if (listed.exitCode === 0) return listed.stdout.split('\0').filter((path) => path !== '');
  return [...readTree(fs, root, (path) => MADE_BY_TOOLS.has(path.split('/').at(-1) ?? '')).keys()];
}

/**
 * Where every file goes when a service at the root moves into a folder: what we generated for it, what stands in a
 * folder of which all generated files move, and what belongs to a service by its name.
 *
 * @param folder the service's new folder
 * @param base what was generated until now
 * @param next what will be generated
 * @param files every file of the workspace
 */
export function movesIntoFolder(
  folder: string,
  base: ReadonlyMap<string, unknown>,
  next: ReadonlyMap<string, unknown>,
  files: readonly string[],
): ReadonlyMap<string, string> {
  const moves = new Map<string, string>();
  for (const path of base.keys()) if (next.has(`${folder}/${path}`)) moves.set(path, `${folder}/${path}`);
  for (const path of files) {
    if (base.has(path) || moves.has(path)) continue;
    if (OF_A_SERVICE.has(path) || movesWhole(topFolder(path), base, moves)) moves.set(path, `${folder}/${path}`);
  }
  return moves;
}

/** Files of a service that are not generated, but made beside it. */
const OF_A_SERVICE = new Set(['uv.lock', '.env']);

function topFolder(path: string): string | undefined {
  const [top, ...rest] = path.split('/');
  return rest.length === 0 ? undefined : top;
}

/** Whether a folder holds generated files, and all of them move. */
function movesWhole(
  folder: string | undefined,
  base: ReadonlyMap<string, unknown>,
  moves: ReadonlyMap<string, string>,
): boolean {
  if (folder === undefined) return false;
  const generated = [...base.keys()].filter((path) => path.startsWith(`${folder}/`));
  return generated.length > 0 && generated.every((path) => moves.has(path));
}

/**
 * Where every file of a service goes when it is renamed.
 *
 * @param service the old and the new name, Python package and folder
 * @param files every file of the workspace
 */
export function movesOfRename(
  from: { readonly path: string; readonly module: string },
  to: { readonly path: string; readonly module: string },
  files: readonly string[],
): ReadonlyMap<string, string> {
  const inside = from.path === '.' ? '' : `${from.path}/`;
  const target = to.path === '.' ? '' : `${to.path}/`;
  const moves = new Map<string, string>();
  for (const path of files) {
    if (!path.startsWith(inside)) continue;
    const below = path.slice(inside.length);
    const renamed = below.startsWith(`src/${from.module}/`)
      ? `src/${to.module}/${below.slice(from.module.length + 5)}`
      : below;
    const moved = `${target}${renamed}`;
    if (moved !== path) moves.set(path, moved);
  }
  return moves;
}
