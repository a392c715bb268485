import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseTar } from 'nanotar';
import type { LockedPack } from '../reconcile/lock.ts';
import { combinePacks } from '../render/combine-packs.ts';
import type { Pack } from '../render/feature.ts';
import { hashTree } from '../tree/hash-tree.ts';
import { contentOf, readTree, statusOf } from '../tree/read-tree.ts';
import { isSafePath } from '../tree/safe-path.ts';
import { compareText, type Tree, type TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { gitEnvironment } from './base.ts';
import { cacheFolder, writeCacheFile } from './cache-folder.ts';
import type { Context } from './context.ts';
import { parseSource } from './pack-source.ts';

/** What a pack may weigh; far above any that people write, far below what would fill a disk. */
const LIMITS = { files: 5_000, bytes: 32 * 1024 * 1024 };

/** Features from outside together with the built-in ones, and what exactly was taken. */
export interface Packs {
  readonly pack: Pack;
  readonly locked: readonly LockedPack[];
}

/**
 * Loads the packs that a spec names over the built-in one. A pack is data: nothing of it runs.
 *
 * @param root folder that paths are relative to
 * @param sources as `packs:` names them
 * @param locked what was taken the last time, which is taken again
 * @throws UserError where a pack cannot be had, is not what was locked, or is not well-formed
 */
export async function loadPacks(
  context: Context,
  root: string,
  sources: readonly string[],
  locked: readonly LockedPack[],
): Promise<Packs> {
  const builtin = await context.pack();
  const [{ loadPack }, { compileTemplate }] = await Promise.all([
    import('../render/load-pack.ts'),
    import('../render/compile.ts'),
  ]);
  const taken: LockedPack[] = [];
  const trees: Tree[] = [];
  for (const source of sources) {
    const { tree, ...identity } = await fetchPack(
      context,
      root,
      source,
      locked.find((entry) => entry.source === source),
    );
    trees.push(tree);
    taken.push({ source, ...identity });
  }
  const pack: Pack = combinePacks(
    builtin,
    trees.map((tree, index) =>
      inPack(sources[index] ?? '', () =>
        loadPack(tree, (text, name) => compileTemplate(text, `${sources[index]}/${name}`, () => pack.versions)),
      ),
    ),
  );
  return { pack, locked: taken };
}

/**
 * Reads the files of one pack.
 *
 * @returns its files, its version (an npm version, a commit; none for a folder) and the hash of what it is
 */
async function fetchPack(
  context: Context,
  root: string,
  source: string,
  locked: LockedPack | undefined,
): Promise<Omit<LockedPack, 'source'> & { readonly tree: Tree }> {
  const from = parseSource(source);
  if (from.kind === 'path') {
    const folder = resolve(root, from.path);
    if (!statusOf(context.fs, folder)?.isDirectory()) {
      throw new UserError(`no folder is at ${from.path}`, {
        place: { file: source },
        remedy: 'A path is relative to the workspace; an npm package is written npm:<name>.',
      });
    }
    const tree = readTree(context.fs, folder, (path) => /(^|\/)(\.git|\.msvc|node_modules)$/.test(path));
    return { tree: checked(source, tree), integrity: integrityOf(tree) };
  }
  const cached = locked === undefined ? undefined : readCached(context, locked);
  const fetched =
    cached ?? (from.kind === 'npm' ? await fetchNpm(context, from, locked) : await fetchGit(context, from, locked));
  const tree = checked(source, unpack(source, fetched.archive, from.kind === 'npm' ? 'package/' : ''));
  const integrity = integrityOf(tree);
  if (locked !== undefined && locked.integrity !== integrity) {
    throw new UserError(
      `${source} ${fetched.version} is not what .msvc/lock.yaml says: its contents are ${integrity}`,
      {
        remedy: 'Someone changed what was published. Look at it; `msvc update` takes it up as it is now.',
      },
    );
  }
  if (cached === undefined) writeCached(context, { version: fetched.version, integrity }, fetched.archive);
  return { tree, version: fetched.version, integrity };
}

interface Fetched {
  readonly version: string;
  /** A gzipped tar archive. */
  readonly archive: Uint8Array;
}

/** By npm itself, which knows people's registries and tokens, and checks the registry's own integrity; no script of the package runs. */
async function fetchNpm(
  context: Context,
  { spec }: { readonly spec: string },
  locked: LockedPack | undefined,
): Promise<Fetched> {
  const name = spec.replace(/(?<=.)@.*$/, '');
  const wanted = locked?.version === undefined ? spec : `${name}@${locked.version}`;
  return inTemporaryFolder(async (folder) => {
    const args = ['pack', wanted, '--json', '--ignore-scripts', '--pack-destination', folder];
    const { exitCode, stdout, stderr } = await context.processes.run('npm', args, {
      cwd: folder,
      signal: context.signal,
    });
    if (exitCode !== 0) throw unreachable(`npm:${wanted}`, 'npm', exitCode, stderr);
    const [packed] = JSON.parse(stdout) as { version: string; filename: string }[];
    if (packed === undefined) throw unreachable(`npm:${wanted}`, 'npm', exitCode, 'npm packed nothing');
    return { version: packed.version, archive: readFileSync(join(folder, packed.filename)) };
  });
}

async function fetchGit(
  context: Context,
  { url, folder, ref }: { readonly url: string; readonly folder: string; readonly ref: string },
  locked: LockedPack | undefined,
): Promise<Fetched> {
  return inTemporaryFolder(async (directory) => {
    const git = async (...args: readonly string[]): Promise<string> => {
      const options = { cwd: directory, env: gitEnvironment(context.env), signal: context.signal };
      const { exitCode, stdout, stderr } = await context.processes.run('git', args, options);
      if (exitCode !== 0) throw unreachable(url, 'git', exitCode, stderr);
      return stdout.trim();
    };
    await git('init', '--quiet', '.');
    await git('fetch', '--quiet', '--depth=1', '--no-tags', '--', url, locked?.version ?? ref);
    const version = await git('rev-parse', 'FETCH_HEAD^{commit}');
    const archive = join(directory, 'pack.tar.gz');
    await git('archive', '--format=tar.gz', `--output=${archive}`, folder === '' ? version : `${version}:${folder}`);
    return { version, archive: readFileSync(archive) };
  });
}

function unreachable(source: string, program: string, exitCode: number | undefined, stderr: string): UserError {
  const lines = stderr
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  const problem = exitCode === undefined ? `${program} could not be started` : (lines.at(0) ?? `${program} failed`);
  return new UserError(`the pack ${source} cannot be had: ${problem}`, {
    remedy: 'Check its name and your connection; what was taken before is kept in the cache.',
  });
}

async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'msvc-pack-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of a gzipped tar archive. Links are refused: they would reach out of the pack. */
function unpack(source: string, archive: Uint8Array, prefix: string): Tree {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(gunzipSync(archive, { maxOutputLength: 2 * LIMITS.bytes }));
  } catch (cause) {
    throw new UserError('the pack is no archive, or too large', { place: { file: source }, cause });
  }
  const files: [string, TreeFile][] = [];
  for (const { name, type, data, attrs } of parseTar(bytes)) {
    if (type === 'directory' || type === 'globalExtendedHeader') continue;
    if (type !== 'file') throw new UserError(`the pack has a link: ${name}`, { place: { file: source } });
    const mode = Number.parseInt(attrs?.mode ?? '0', 8) & 0o100 ? 0o755 : 0o644;
    files.push([
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      { content: contentOf(data ?? new Uint8Array()), mode },
    ]);
  }
  return new Map(files.sort(([left], [right]) => compareText(left, right)));
}

/** Refuses what no pack needs: paths that lead out of it, too many files or too much in them. */
function checked(source: string, tree: Tree): Tree {
  const place = { file: source };
  const unsafe = [...tree.keys()].find((path) => !isSafePath(path));
  if (unsafe !== undefined) throw new UserError(`the pack has a file at ${unsafe}`, { place });
  const bytes = [...tree.values()].reduce((sum, { content }) => sum + content.length, 0);
  if (tree.size > LIMITS.files || bytes > LIMITS.bytes) {
    throw new UserError(`the pack has ${tree.size} files of ${bytes} bytes`, {
      place,
      remedy: `At most ${LIMITS.files} files and ${LIMITS.bytes} bytes are taken. Is it the right folder?`,
    });
  }
  return tree;
}

/** In the form of Subresource Integrity. */
function integrityOf(tree: Tree): string {
  return `sha256-${hashTree(tree, 'sha256').digest('base64')}`;
}

/** Errors of a pack's files name the pack. */
function inPack(source: string, load: () => Pack): Pack {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { place, message, remedy, cause } = error;
    if (place?.file.startsWith(`${source}/`)) throw error;
    const file = place === undefined ? source : `${source}/${place.file}`;
    throw new UserError(message, { place: { ...place, file }, remedy, cause });
  }
}

function cachedFile(context: Context, { version, integrity }: Omit<LockedPack, 'source'>): string | undefined {
  const folder = cacheFolder(context);
  if (folder === undefined || version === undefined) return undefined;
  const name = createHash('sha256').update(integrity).digest('hex').slice(0, 32);
  return join(folder, 'packs', `${name}.tgz`);
}

function readCached(context: Context, locked: LockedPack): Fetched | undefined {
  const file = cachedFile(context, locked);
  if (file === undefined || locked.version === undefined || !statusOf(context.fs, file)?.isFile()) return undefined;
  return { version: locked.version, archive: context.fs.readFileSync(file) };
}

function writeCached(context: Context, identity: Omit<LockedPack, 'source'>, archive: Uint8Array): void {
  const file = cachedFile(context, identity);
  if (file !== undefined) writeCacheFile(context, file, archive);
}
