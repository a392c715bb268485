import { blobId } from '../../reconcile/blob-id.ts';
import { formatLock, LOCK_FILE, LOCK_FOLDER, type Lock, type LockPart, writtenIn } from '../../reconcile/lock.ts';
import { mergeText } from '../../reconcile/merge.ts';
import { SPEC_FILE } from '../../spec/parse-spec.ts';
import { applyChanges, type Change } from '../../tree/apply.ts';
import { UserError } from '../../tree/user-error.ts';
import { gitEnvironment } from '../base.ts';
import { addBringFlags, type BringOptions, bring } from '../bring.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { findRoot, openWorkspace, readLock } from '../workspace.ts';

/** The three versions of a path on which a merge of git's stopped; one that is missing was not there or was deleted. */
interface Stages {
  readonly base?: string;
  readonly ours?: string;
  readonly theirs?: string;
}

/**
 * `msvc resolve`: settles a merge of two branches that both changed the workspace. The two specs are merged by key, both
 * sides' edits are merged into what was generated, and the files are generated again from the merged spec.
 */
export const resolve = defineCommand<BringOptions>({
  examples: [
    { command: 'git merge billing; msvc resolve && git commit', effect: 'Merge a branch that added a service too' },
  ],
  configure(command) {
    addBringFlags(command);
  },
  async run(context, _args, options) {
    const root = findRoot(context);
    const stages = await unmergedPaths(context, root);
    if (stages.size === 0) {
      throw new UserError('git has stopped on no conflict here', { remedy: 'Run `git merge` or `git rebase` first.' });
    }
    if (options.dryRun === true) {
      throw new UserError('a merge cannot be resolved without writing', {
        remedy: '`git checkout --merge -- <path>` brings the conflict back.',
      });
    }
    const changes: Change[] = [];
    const put = (path: string, content: string): void => void changes.push({ path, after: { content, mode: 0o644 } });
    const specs = stages.get(SPEC_FILE);
    if (specs !== undefined) put(SPEC_FILE, mergedSpec(specs));
    const locks = lockStages(context, root, stages);
    for (const [path, text] of formatLock(mergedLock(locks))) if (stages.has(path)) put(path, text);
    const written = writtenIn(locks.theirs);
    const left: string[] = [];
    for (const [path, versions] of stages) {
      if (path === SPEC_FILE || isLock(path)) continue;
      const theirs = written.get(path);
      if (theirs === undefined || versions.ours === undefined || versions.theirs === undefined) {
        left.push(path);
        continue;
      }
      const { id, mode } = theirs;
      const before = id === undefined ? undefined : await blob(context, root, id);
      const isEdited = id === undefined || blobId(versions.theirs) !== id;
      const base = isEdited ? (before ?? versions.base ?? '') : versions.theirs;
      const { text } = mergeText(path, { base, ours: versions.ours, theirs: versions.theirs });
      changes.push({ path, after: { content: text, mode } });
    }
    applyChanges(context.fs, root, changes, 'resolve');
    const open = openWorkspace(context);
    const code = await bring(context, open, { label: 'resolve', specText: open.specText }, options);
    for (const path of left) context.terminal.err(`! ${path} is for you to settle\n`);
    if (code !== 0 || left.length > 0) return 1;
    await git(context, root, ['add', '--all', '.']);
    context.terminal.err('The conflicts are settled: go on by `git commit` or `git rebase --continue`.\n');
    return 0;
  },
});

function mergedSpec({ base = '', ours, theirs }: Stages): string {
  if (ours === undefined || theirs === undefined) {
    throw new UserError('one of the branches has deleted it', {
      place: { file: SPEC_FILE },
      remedy: 'Settle it first.',
    });
  }
  const merged = mergeText(SPEC_FILE, { base, ours, theirs });
  if (merged.conflicts === 0) return merged.text;
  throw new UserError('both branches changed the same choice', {
    place: { file: SPEC_FILE },
    remedy: `Settle ${SPEC_FILE}, \`git add\` it, and run \`msvc resolve\` again.`,
  });
}

function isLock(path: string): boolean {
  return path === LOCK_FILE || path.startsWith(`${LOCK_FOLDER}/`);
}

/** The lock before the branches parted, and as either has it; where git has merged a part of it, that is in all of them. */
function lockStages(
  context: Context,
  root: string,
  stages: ReadonlyMap<string, Stages>,
): Record<'base' | 'ours' | 'theirs', Lock> {
  const { ours, theirs } = stages.get(LOCK_FILE) ?? { ours: '', theirs: '' };
  if (ours === undefined || theirs === undefined) {
    throw new UserError('one of the branches has deleted the lock', { place: { file: LOCK_FILE } });
  }
  const texts = (side: keyof Stages): readonly [string, string][] =>
    [...stages].flatMap(([path, versions]): [string, string][] => {
      const text = versions[side];
      return isLock(path) && text !== undefined ? [[path, text]] : [];
    });
  const side = (name: keyof Stages): Lock => readLock(context, root, new Map([...texts('ours'), ...texts(name)]));
  return { base: side('base'), ours: side('ours'), theirs: side('theirs') };
}

function mergedLock({ base, ours, theirs }: Record<'base' | 'ours' | 'theirs', Lock>): Lock {
  const names = [...new Set([...ours.services.keys(), ...theirs.services.keys()])];
  const services = names.flatMap((name): [string, LockPart][] => {
    const [mine, other] = [ours.services.get(name), theirs.services.get(name)];
    if (mine === undefined || other === undefined) return [[name, (mine ?? other) as LockPart]];
    return [[name, mergedPart(base.services.get(name), mine, other)]];
  });
  return {
    ...ours,
    ejected: [...new Set([...ours.ejected, ...theirs.ejected])],
    workspace: mergedPart(base.workspace, ours.workspace, theirs.workspace),
    services: new Map(services),
  };
}

/** What either branch wrote; where both wrote a path, what ours did, because ours is what the files are merged into. */
function mergedPart(base: LockPart | undefined, ours: LockPart, theirs: LockPart): LockPart {
  const files = new Map(ours.files);
  for (const [path, written] of theirs.files) {
    if (ours.files.get(path)?.id === base?.files.get(path)?.id) files.set(path, written);
  }
  for (const [path, { id }] of base?.files ?? []) {
    if (!theirs.files.has(path) && ours.files.get(path)?.id === id) files.delete(path);
  }
  return { ...ours, of: ours.of === theirs.of ? ours.of : undefined, files };
}

const STAGES: Readonly<Record<string, keyof Stages>> = { 1: 'base', 2: 'ours', 3: 'theirs' };

async function unmergedPaths(context: Context, root: string): Promise<ReadonlyMap<string, Stages>> {
  const listed = await git(context, root, ['ls-files', '--unmerged', '-z']);
  const found = new Map<string, Stages>();
  for (const line of listed.split('\0')) {
    const match = /^\d+ ([0-9a-f]+) ([123])\t(.*)$/s.exec(line);
    const [, id, stage, path] = match ?? [];
    const name = stage === undefined ? undefined : STAGES[stage];
    if (id === undefined || path === undefined || name === undefined) continue;
    found.set(path, { ...found.get(path), [name]: await blob(context, root, id) });
  }
  return found;
}

async function blob({ processes, env }: Context, root: string, id: string): Promise<string | undefined> {
  const result = await processes.run('git', ['cat-file', 'blob', id], { cwd: root, env: gitEnvironment(env) });
  return result.exitCode === 0 ? result.stdout : undefined;
}

async function git({ processes, env }: Context, root: string, args: readonly string[]): Promise<string> {
  const result = await processes.run('git', args, { cwd: root, env: gitEnvironment(env) });
  if (result.exitCode === 0) return result.stdout;
  throw new UserError(result.exitCode === undefined ? 'git is not installed' : result.stderr.trim(), {
    remedy: 'Run it in the repository in which git stopped.',
  });
}
