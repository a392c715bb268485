import createIgnore, { type Ignore } from 'ignore';
import type { FileSystem } from '../tree/file-system.ts';
import { compareText } from '../tree/tree.ts';
import type { FileSource } from './file-source.ts';

/** Folders that hold other people's code or caches. */
const vendored: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', '.msvc', 'node_modules', 'bower_components', 'vendor', 'third_party', 'site-packages'],
  ...['.venv', '__pycache__', '.tox', '.nox', '.mypy_cache', '.ruff_cache', '.pytest_cache', '.terraform', '.cache'],
]);
/** More files than this below one folder are not looked at. */
const maximumFiles = 1_000_000;

/**
 * Lists the files below a folder, without what `.gitignore` files name and without vendored folders. Symbolic links
 * are not followed: what they point to is either found under its own name or lies outside.
 *
 * @param fs the disk
 * @param root the folder
 * @param within relative paths of files or folders to keep to; everything when empty
 */
export function discover(
  fs: Pick<FileSystem, 'readdirSync' | 'lstatSync' | 'readFileSync'>,
  root: string,
  within: readonly string[] = [],
): FileSource {
  const sizes = new Map<string, number>();
  const links = new Map<string, number>();
  const wanted = (path: string): boolean =>
    within.length === 0 || within.some((kept) => kept === '' || path === kept || path.startsWith(`${kept}/`));
  const leadsTo = (folder: string): boolean => wanted(folder) || within.some((kept) => kept.startsWith(`${folder}/`));

  const walk = (folder: string, rules: readonly IgnoreRules[]): void => {
    const names = attempt(() => fs.readdirSync(folder === '' ? root : `${root}/${folder}`)) ?? [];
    const own = names.includes('.gitignore') ? readIgnore(fs, root, folder) : undefined;
    const inForce = own ? [...rules, own] : rules;
    if (names.includes('pyvenv.cfg')) return;
    for (const name of names) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const status = attempt(() => fs.lstatSync(`${root}/${path}`));
      if (status === undefined || sizes.size >= maximumFiles) continue;
      if (status.isSymbolicLink()) links.set(path, 0);
      else if (status.isDirectory()) {
        if (!vendored.has(name) && leadsTo(path) && !isIgnored(inForce, `${path}/`)) walk(path, inForce);
      } else if (status.isFile() && wanted(path) && !isIgnored(inForce, path)) sizes.set(path, status.size);
    }
  };
  walk('', []);
  return {
    paths: [...sizes.keys()].sort(compareText),
    read: (path) => attempt(() => fs.readFileSync(`${root}/${path}`)),
    size: (path) =>
      sizes.get(path) ??
      links.get(path) ??
      attempt(
        () => fs.lstatSync(`${root}/${path}`),
        (status) => status.isFile(),
      )?.size,
  };
}

interface IgnoreRules {
  /** The folder of the `.gitignore` with a slash, or ''. */
  readonly prefix: string;
  readonly rules: Ignore;
}

function readIgnore(fs: Pick<FileSystem, 'readFileSync'>, root: string, folder: string): IgnoreRules | undefined {
  const prefix = folder === '' ? '' : `${folder}/`;
  const bytes = attempt(() => fs.readFileSync(`${root}/${prefix}.gitignore`));
  if (bytes === undefined) return undefined;
  return { prefix, rules: createIgnore({ ignorecase: false }).add(new TextDecoder().decode(bytes)) };
}

/** The innermost `.gitignore` that has an opinion decides. */
function isIgnored(rules: readonly IgnoreRules[], path: string): boolean {
  for (let index = rules.length - 1; index >= 0; index--) {
    const entry = rules[index];
    if (entry === undefined) continue;
    const { ignored, unignored } = entry.rules.test(path.slice(entry.prefix.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** What cannot be read, because it vanished or is forbidden, is not there. */
function attempt<Value>(read: () => Value, accept: (value: Value) => boolean = () => true): Value | undefined {
  try {
    const value = read();
    return accept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
