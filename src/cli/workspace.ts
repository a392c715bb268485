import { createHash } from 'node:crypto';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { detectMoves } from '../reconcile/detect-moves.ts';
import {
  baseOf,
  formatLock,
  LOCK_FILE,
  LOCK_FOLDER,
  type Lock,
  type LockedPack,
  type LockPart,
  lockedPart,
  lockPathOf,
  parseLock,
  type Written,
} from '../reconcile/lock.ts';
import { hasConflictMarkers } from '../reconcile/merge-lines.ts';
import { changesOf, openOperations, type Plan } from '../reconcile/plan.ts';
import { type ConflictStyle, reconcile } from '../reconcile/reconcile.ts';
import type { Pack } from '../render/feature.ts';
import { joinTrees, type Rendering, startRendering } from '../render/render.ts';
import { parseSpec, SPEC_FILE } from '../spec/parse-spec.ts';
import { specJsonSchema } from '../spec/schema.ts';
import type { Service, Workspace } from '../spec/workspace.ts';
import { applyChanges, type Change, recover, STATE_FOLDER } from '../tree/apply.ts';
import { type Entry, readPaths, statusOf } from '../tree/read-tree.ts';
import { compareText, type Tree, type TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { findBase, storeBase } from './base.ts';
import type { Context } from './context.ts';
import { NAME_LISTS, offersNames } from './desired.ts';

/** The schema that `msvc.yaml` names in its first line, so that editors complete it without a network. */
export const SCHEMA_FILE = '.msvc/schema.json';

/** Where a run that stopped on conflicts leaves their paths. */
const PENDING_FILE = `${STATE_FOLDER}/pending.json`;

/** A workspace on the disk. */
export interface OpenWorkspace {
  readonly root: string;
  readonly specText: string;
  readonly workspace: Workspace;
  readonly lock: Lock | undefined;
}

/** A plan with all that applying it takes. */
export interface Prepared {
  readonly root: string;
  readonly workspace: Workspace;
  readonly plan: Plan;
  /** What the tool itself keeps beside the generated files: the spec and the lock. */
  readonly own: readonly Change[];
  /** What is generated of the workspace itself and of the services that change. */
  readonly next: Tree;
  /** What was written of the same. */
  readonly written: ReadonlyMap<string, Written>;
  /** What is on the disk at all these paths. */
  readonly disk: ReadonlyMap<string, Entry>;
}

/**
 * Opens the workspace around the working directory, and rolls back what a killed run left in it.
 *
 * @throws UserError where there is none, or its spec or lock is wrong
 */
export function openWorkspace(context: Context): OpenWorkspace {
  const root = findRoot(context);
  settle(context, root);
  const specText = readText(context, `${root}/${SPEC_FILE}`) ?? '';
  const hasLock = statusOf(context.fs, `${root}/${LOCK_FILE}`)?.isFile() === true;
  return { root, specText, workspace: parseSpec(specText), lock: hasLock ? readLock(context, root) : undefined };
}

/**
 * The lock of a workspace.
 *
 * @param instead path → text that is to be taken for what is on the disk
 * @throws UserError where there is none, or it is wrong
 */
export function readLock({ fs }: Context, root: string, instead: ReadonlyMap<string, string> = new Map()): Lock {
  const folder = `${root}/${LOCK_FOLDER}`;
  const names = statusOf(fs, folder)?.isDirectory() ? fs.readdirSync(folder) : [];
  const paths = new Set([...names.map((name) => `${LOCK_FOLDER}/${name}`), ...instead.keys()]);
  const services = [...paths].sort(compareText).flatMap((path): [string, string][] => {
    const name = /^\.msvc\/services\/(.+)\.yaml$/.exec(path)?.[1];
    const text = name === undefined ? undefined : (instead.get(path) ?? readText({ fs }, `${root}/${path}`));
    return name === undefined || text === undefined ? [] : [[name, text]];
  });
  return parseLock(instead.get(LOCK_FILE) ?? readText({ fs }, `${root}/${LOCK_FILE}`) ?? '', new Map(services));
}

/** Rolls back what a killed run left behind, and says so. */
export function settle({ fs, terminal }: Context, root: string): void {
  const interrupted = recover(fs, root);
  if (interrupted !== undefined) terminal.err(`Rolled back an interrupted run (${interrupted}).\n`);
}

/**
 * Plans how the files become what the spec says.
 *
 * @param target the folder, the spec's text, and the lock and spec as they are now (undefined: nothing was written yet)
 * @param options paths that are known to move, and how clashes are settled
 * @throws UserError where the spec is wrong or the pack cannot generate it
 */
export async function prepare(
  context: Context,
  target: {
    readonly root: string;
    readonly specText: string;
    readonly lock: Lock | undefined;
    readonly ejected?: readonly string[];
  },
  options: {
    /** Files that are not generated, but go with what is. */
    readonly also?: readonly Change[];
    readonly moves?: (base: Tree, next: Tree) => ReadonlyMap<string, string>;
    readonly conflictStyle?: ConflictStyle | undefined;
    /** Takes up the newest of what the packs' sources allow, instead of what was locked. */
    readonly freshPacks?: boolean;
  } = {},
): Promise<Prepared> {
  const { root, specText, lock } = target;
  const workspace = parseSpec(specText);
  const { pack, locked: packs } = await packsOf(
    context,
    root,
    workspace,
    options.freshPacks === true ? [] : (lock?.packs ?? []),
  );
  refuseUnusedNames(workspace, pack);
  const ejected = target.ejected ?? lock?.ejected ?? [];
  const rendering = startRendering(workspace, pack, context.version);
  const specs = specParts(specText);
  const digests = new Map(workspace.services.map((service) => [service.name, digestOf(rendering, service, ejected)]));
  // What a service's files follow from is as it was, so they are: it is neither rendered nor read.
  const stale = [...digests].filter(([name, digest]) => lock?.services.get(name)?.of !== digest).map(([name]) => name);
  const gone = [...(lock?.services.keys() ?? [])].filter((name) => !digests.has(name));
  const parts = new Map<string | undefined, Tree>([
    [undefined, withoutPaths(new Map([...rendering.workspace(), [SCHEMA_FILE, schemaFile()]]), ejected)],
    ...stale.map((name) => [name, withoutPaths(rendering.service(name), ejected)] as const),
  ]);
  const next = joinTrees([...parts.values()]);
  const written = new Map<string, Written>(
    [lock?.workspace, ...[...stale, ...gone].map((name) => lock?.services.get(name))].flatMap((part) => [
      ...(part?.files ?? []),
    ]),
  );
  const known = new Set([...written.keys(), ...next.keys()]);
  let disk = readPaths(context.fs, root, known);
  const contents =
    lock === undefined
      ? new Map<string, TreeFile>()
      : await findBase(context, root, lock, pack, { written, services: [...stale, ...gone], disk });
  const base = new Map([...baseOf(written, contents)].filter(([path]) => !ejected.includes(path)));
  const given = options.moves?.(contents, next) ?? new Map<string, string>();
  const moves = new Map([...detectMoves(base, next), ...given]);
  const unread = [...moves].flat().filter((path) => !known.has(path));
  if (unread.length > 0) disk = new Map([...disk, ...readPaths(context.fs, root, unread)]);
  const plan = reconcile({ base, disk, next, moves, ...styleOf(options.conflictStyle) });
  const lockOf = (name: string | undefined, spec: unknown): LockPart => {
    const files = parts.get(name) ?? new Map();
    return lockedPart(written, plan, files, { spec, of: name === undefined ? undefined : digests.get(name) });
  };
  const locks = formatLock({
    tool: context.version,
    packs,
    ejected,
    workspace: lockOf(undefined, specs.workspace),
    services: new Map(stale.map((name) => [name, lockOf(name, specs.services.get(name))])),
  });
  const own: Change[] = [...new Map([[SPEC_FILE, specText], ...locks])].flatMap(([path, text]) =>
    ownChange(context, root, path, text),
  );
  own.push(...gone.map((name): Change => ({ path: lockPathOf(name), after: undefined })), ...(options.also ?? []));
  return { root, workspace, plan, own, next, written, disk };
}

/** A path that was typed, relative to the workspace's root and with `/` separators. */
export function pathFromRoot({ cwd }: Context, root: string, typed: string): string {
  return relative(root, resolve(cwd, typed)).split('\\').join('/');
}

/** Which of the given paths are on the disk. */
export function presence(
  { fs }: Context,
  root: string,
  paths: readonly string[],
): { readonly present: readonly string[]; readonly absent: readonly string[] } {
  const disk = readPaths(fs, root, paths);
  return { present: paths.filter((path) => disk.has(path)), absent: paths.filter((path) => !disk.has(path)) };
}

/**
 * How a repository that was not generated here comes under a spec without a change: the lock says that all was generated,
 * so that what is there counts as edited and stays, and what is not as deleted and stays away.
 *
 * @param specText the first spec
 */
export async function adoptionOf(
  context: Context,
  root: string,
  specText: string,
): Promise<{
  readonly present: readonly string[];
  readonly absent: readonly string[];
  apply(): Promise<void>;
}> {
  const nowhere = (): never => {
    throw Object.assign(new Error('as if the folder were empty'), { code: 'ENOENT' });
  };
  const fresh = await prepare(
    { ...context, fs: { ...context.fs, lstatSync: nowhere } },
    { root, specText, lock: undefined },
  );
  const paths = [...fresh.next.keys()].filter((path) => path !== SCHEMA_FILE);
  const schema: Change = { path: SCHEMA_FILE, after: schemaFile() };
  return {
    ...presence(context, root, paths),
    async apply() {
      const changes = [...fresh.own, schema].sort((left, right) => compareText(left.path, right.path));
      applyChanges(context.fs, root, changes, 'init');
      await storeBase(context, root, fresh.next, []);
    },
  };
}

/**
 * Applies a plan. Conflicts stay open until `msvc sync --continue` or `--abort`.
 *
 * @param label what is being done, for `msvc undo`
 * @param locked the services whose dependencies are locked afterwards; undoing restores their locks
 */
export async function applyPrepared(
  context: Context,
  prepared: Prepared,
  label: string,
  locked: readonly Service[] = [],
): Promise<void> {
  const { root, plan, own, next, written } = prepared;
  const conflicts = plan.operations.filter(({ verdict }) => verdict === 'conflict').map(({ path }) => path);
  const wanted = [...changesOf(plan), ...own];
  const locks = readPaths(context.fs, root, locked.map(lockFileOf));
  for (const path of locked.map(lockFileOf)) {
    const entry = locks.get(path);
    if (wanted.some((change) => change.path === path) || (entry !== undefined && 'obstacle' in entry)) continue;
    wanted.push({ path, after: entry, volatile: true });
  }
  const changes = wanted.sort((left, right) => compareText(left.path, right.path));
  const pending: Change = {
    path: PENDING_FILE,
    after: { content: `${JSON.stringify({ conflicts })}\n`, mode: 0o644 },
  };
  applyChanges(context.fs, root, conflicts.length > 0 ? [...changes, pending] : changes, label);
  await storeBase(
    context,
    root,
    next,
    [...written.keys()].filter((path) => !next.has(path)),
  );
}

/** Where uv locks the dependencies of a service. */
export function lockFileOf({ path }: Service): string {
  return path === '.' ? 'uv.lock' : `${path}/uv.lock`;
}

/** Whether applying would change nothing, and nothing is left to settle. */
export function isSettled({ plan, own }: Prepared): boolean {
  return changesOf(plan).length === 0 && own.length === 0 && openOperations(plan).length === 0;
}

/** The paths on whose conflicts a run stopped; undefined where none did. */
export function pendingConflicts({ fs }: Context, root: string): readonly string[] | undefined {
  const text = readText({ fs }, `${root}/${PENDING_FILE}`);
  return text === undefined ? undefined : (JSON.parse(text) as { conflicts: readonly string[] }).conflicts;
}

/** The pending conflicts whose markers are still in their files. */
export function unsettledConflicts({ fs }: Context, root: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => {
    const text = readText({ fs }, `${root}/${path}`);
    return text !== undefined && hasConflictMarkers(text);
  });
}

/** Forgets that a run stopped on conflicts. */
export function forgetPending({ fs }: Context, root: string): void {
  if (statusOf(fs, `${root}/${PENDING_FILE}`) !== undefined) fs.unlinkSync(`${root}/${PENDING_FILE}`);
}

/**
 * Refuses to go on while a run that stopped on conflicts is open.
 *
 * @throws UserError with the paths
 */
export function refusePending(context: Context, root: string): void {
  const pending = pendingConflicts(context, root);
  if (pending === undefined) return;
  throw new UserError(`a run stopped on conflicts in ${pending.join(', ')}`, {
    remedy: 'Settle them and run `msvc sync --continue`, or roll back by `msvc sync --abort`.',
  });
}

/** The built-in features, and those of the packs that the spec names. */
async function packsOf(
  context: Context,
  root: string,
  { packs }: Workspace,
  locked: readonly LockedPack[],
): Promise<{ readonly pack: Pack; readonly locked: readonly LockedPack[] }> {
  if (packs.length === 0) return { pack: await context.pack(), locked: [] };
  const { loadPacks } = await import('./packs.ts');
  return loadPacks(context, root, packs, locked);
}

/** A list that no feature reads would be accepted without effect. */
function refuseUnusedNames(workspace: Workspace, pack: Pack): void {
  for (const service of workspace.services) {
    const list = NAME_LISTS.find((name) => service[name].length > 0 && !offersNames(pack, name));
    if (list === undefined) continue;
    throw new UserError(`no feature offers ${list}`, {
      place: { file: SPEC_FILE },
      remedy: `Remove ${list} from ${service.name}.`,
    });
  }
}

function schemaFile(): TreeFile {
  return { content: `${JSON.stringify(specJsonSchema(), null, 2)}\n`, mode: 0o644 };
}

/** A digest of what the files of a service follow from, among which the files that the user took over are not. */
function digestOf(rendering: Rendering, { name, path }: Service, ejected: readonly string[]): string {
  const own = ejected.filter((file) => path === '.' || !file.startsWith('services/') || file.startsWith(`${path}/`));
  const digest = rendering.digest(name);
  return own.length === 0
    ? digest
    : createHash('sha1')
        .update(JSON.stringify([digest, own]))
        .digest('hex');
}

function withoutPaths(tree: Tree, paths: readonly string[]): Tree {
  return new Map([...tree].filter(([path]) => !paths.includes(path)));
}

/** The parts of the spec that decide what is generated: the workspace's, and each service's. */
function specParts(specText: string): { readonly workspace: unknown; readonly services: ReadonlyMap<string, unknown> } {
  const { lint: _lint, services, ...workspace } = parse(specText) as Record<string, unknown>;
  return { workspace, services: new Map(Object.entries(services as object)) };
}

function ownChange(context: Context, root: string, path: string, content: string): readonly Change[] {
  if (readText(context, `${root}/${path}`) === content) return [];
  return [{ path, after: { content, mode: 0o644 } }];
}

function styleOf(conflictStyle: ConflictStyle | undefined): { conflictStyle?: ConflictStyle } {
  return conflictStyle === undefined ? {} : { conflictStyle };
}

/**
 * The folder of the workspace around the working directory.
 *
 * @throws UserError where there is none
 */
export function findRoot({ fs, cwd }: Context): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (statusOf(fs, `${folder}/${SPEC_FILE}`)?.isFile()) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new UserError(`no ${SPEC_FILE} here or above`, {
    place: { file: cwd },
    remedy: 'Change into a workspace, or create one: npx create-microservice <name>',
  });
}

function readText({ fs }: Pick<Context, 'fs'>, path: string): string | undefined {
  return statusOf(fs, path)?.isFile() ? new TextDecoder().decode(fs.readFileSync(path)) : undefined;
}
