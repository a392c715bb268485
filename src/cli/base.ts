import { dirname } from 'node:path';
import { blobId } from '../reconcile/blob-id.ts';
import { type Lock, lockedSpec, type Written } from '../reconcile/lock.ts';
import type { Pack } from '../render/feature.ts';
import { joinTrees, startRendering } from '../render/render.ts';
import { checkSpec } from '../spec/parse-spec.ts';
import { specSchema } from '../spec/schema.ts';
import { contentOf, type Entry, statusOf } from '../tree/read-tree.ts';
import type { Tree, TreeFile } from '../tree/tree.ts';
import { unlessRefused } from '../tree/user-error.ts';
import type { Context } from './context.ts';

/** Keeps what was generated from being collected as garbage by git; it is never pushed. */
const REF = 'refs/msvc/base';

/**
 * Finds again what was last written: what is pristine on the disk, else by rendering the locked spec, and for what that does not
 * give (another version wrote it) among the repository's own git objects.
 *
 * @param wanted the paths, the services that they are of, and what is on the disk there
 */
export async function findBase(
  context: Context,
  root: string,
  lock: Lock,
  pack: Pack,
  wanted: {
    readonly written: ReadonlyMap<string, Written>;
    readonly services: readonly string[];
    readonly disk: ReadonlyMap<string, Entry>;
  },
): Promise<Tree> {
  const found = new Map<string, TreeFile>();
  const missing = new Map(wanted.written);
  const take = (path: string, file: TreeFile): void => {
    const written = missing.get(path);
    if (written === undefined || (written.id !== undefined && blobId(file.content) !== written.id)) return;
    found.set(path, { content: file.content, mode: written.mode });
    missing.delete(path);
  };
  for (const [path, entry] of wanted.disk) {
    if (!('obstacle' in entry) && wanted.written.get(path)?.id !== undefined) take(path, entry);
  }
  if (missing.size > 0 && lock.tool === context.version) {
    for (const [path, file] of renderLocked(lock, pack, context.version, wanted.services)) take(path, file);
  }
  const names = new Map([...missing].map(([path, { id }]) => [path, id ?? `${REF}:${path}`]));
  const contents = await readObjects(context, root, new Set(names.values()));
  for (const [path, name] of names) {
    const content = contents.get(name);
    if (content !== undefined) take(path, { content, mode: 0o644 });
  }
  return found;
}

/** Renders the workspace's part of the lock's spec and those of some services; nothing where this pack can no longer do so. */
function renderLocked(lock: Lock, pack: Pack, version: string, services: readonly string[]): Tree {
  return unlessRefused(() => {
    const input = specSchema.safeParse(lockedSpec(lock));
    if (!input.success) return new Map();
    const rendering = startRendering(checkSpec(input.data), pack, version);
    return joinTrees([rendering.workspace(), ...services.map((name) => rendering.service(name))]);
  }, new Map());
}

/** The contents of objects of the repository, by the names that git knows them by; what it does not know is left out. */
async function readObjects(
  { processes, env }: Context,
  root: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const objects = new Map<string, string | Uint8Array>();
  if (names.size === 0) return objects;
  const input = [...names].map((name) => `${name}\n`).join('');
  const git = { cwd: root, env: gitEnvironment(env), input, encoding: 'latin1' as const };
  const { stdout } = await processes.run('git', ['cat-file', '--batch'], git);
  let at = 0;
  for (const name of names) {
    const end = stdout.indexOf('\n', at);
    if (end === -1) break;
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(stdout.slice(at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    objects.set(name, contentOf(Buffer.from(stdout.slice(at, at + Number(size)), 'latin1')));
    at += Number(size) + 1;
  }
  return objects;
}

/**
 * Stores what was generated among the repository's git objects, so that a later version of the tool finds it. Without a
 * repository nothing happens: the same version renders it again.
 *
 * @param tree what was generated now; what else was stored stays
 * @param gone paths that are no longer generated
 */
export async function storeBase(
  { fs, processes, env }: Context,
  root: string,
  tree: Tree,
  gone: readonly string[],
): Promise<void> {
  if (env.GIT_DIR === undefined && !hasGitAbove(fs, root)) return;
  const git = { cwd: root, env: gitEnvironment(env) };
  const stored = await processes.run('git', ['for-each-ref', '--format=%(objectname)', REF], git);
  if (stored.exitCode !== 0) return;
  const parts: Uint8Array[] = [];
  const write = (text: string): void => void parts.push(Buffer.from(text, 'utf8'));
  const message = 'What msvc last generated\n';
  write(`commit ${REF}\ncommitter msvc <msvc@localhost> 0 +0000\ndata ${Buffer.byteLength(message)}\n${message}\n`);
  // What was stored before stays: another branch may still be at it.
  if (stored.stdout.trim() !== '') write(`from ${stored.stdout.trim()}\n`);
  if (stored.stdout.trim() !== '') for (const path of gone) write(`D ${JSON.stringify(path)}\n`);
  for (const [path, { content, mode }] of tree) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    write(`M ${mode === 0o755 ? '100755' : '100644'} inline ${JSON.stringify(path)}\ndata ${bytes.length}\n`);
    parts.push(bytes);
    write('\n');
  }
  await processes.run('git', ['fast-import', '--quiet', '--force'], { ...git, input: Buffer.concat(parts) });
}

/** Whether git would find a repository from here: spares the start of a program where there is none. */
function hasGitAbove(fs: Context['fs'], folder: string): boolean {
  return (
    statusOf(fs, `${folder}/.git`) !== undefined || (dirname(folder) !== folder && hasGitAbove(fs, dirname(folder)))
  );
}

/** Git asks nothing and speaks English. */
export function gitEnvironment(_env: Context['env']): Readonly<Record<string, string>> {
  return { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
