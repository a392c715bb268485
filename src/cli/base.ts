import { dirname } from 'node:path';
import { blobId } from '../reconcile/blob-id.ts';
import type { Lock } from '../reconcile/lock.ts';
import type { Pack } from '../render/feature.ts';
import { render } from '../render/render.ts';
import { checkSpec } from '../spec/parse-spec.ts';
import { specSchema } from '../spec/schema.ts';
import { contentOf, type Entry, statusOf } from '../tree/read-tree.ts';
import type { Tree, TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context } from './context.ts';

/** Keeps what was generated from being collected as garbage by git; it is never pushed. */
const REF = 'refs/msvc/base';

/**
 * Finds again what was last written: by rendering the locked spec, and for what that does not give (another version
 * wrote it) among the repository's own git objects.
 *
 * @param disk what is on the disk; only what was edited is looked up in git
 */
export async function findBase(
  context: Context,
  root: string,
  lock: Lock,
  pack: Pack,
  disk: ReadonlyMap<string, Entry>,
): Promise<Tree> {
  const found = new Map(lock.tool === context.version ? renderLocked(lock, pack, context.version) : []);
  const missing = [...lock.files].filter(([path, { id }]) => {
    const rendered = found.get(path);
    if (rendered !== undefined && blobId(rendered.content) === id) return false;
    const entry = disk.get(path);
    return entry === undefined || 'obstacle' in entry || blobId(entry.content) !== id;
  });
  for (const [path, { mode }] of lock.files) {
    const entry = disk.get(path);
    if (entry !== undefined && !('obstacle' in entry) && blobId(entry.content) === lock.files.get(path)?.id) {
      found.set(path, { content: entry.content, mode });
    }
  }
  const contents = await readBlobs(context, root, new Set(missing.map(([, { id }]) => id)));
  for (const [path, { id, mode }] of missing) {
    const content = contents.get(id);
    if (content !== undefined) found.set(path, { content, mode });
  }
  return found;
}

/** Renders the spec of the lock; nothing where this pack can no longer do so. */
function renderLocked(lock: Lock, pack: Pack, version: string): Iterable<[string, TreeFile]> {
  try {
    const input = specSchema.safeParse(lock.spec);
    return input.success ? render(checkSpec(input.data), pack, version) : [];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

async function readBlobs(
  { processes, env }: Context,
  root: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const blobs = new Map<string, string | Uint8Array>();
  if (ids.size === 0) return blobs;
  for (const id of ids) {
    const result = await processes.run('git', ['cat-file', 'blob', id], { cwd: root, env: gitEnvironment(env) });
    if (result.exitCode === undefined) return blobs;
    const bytes = Buffer.from(result.stdout, 'utf8');
    if (result.exitCode === 0 && blobId(bytes) === id) blobs.set(id, contentOf(bytes));
  }
  return blobs;
}

/**
 * Stores what was generated among the repository's git objects, so that a later version of the tool finds it. Without a
 * repository nothing happens: the same version renders it again.
 */
export async function storeBase({ fs, processes, env }: Context, root: string, tree: Tree): Promise<void> {
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
  write('deleteall\n');
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
