import { parse, stringify } from 'yaml';
import { compareText, type FileMode, type Tree } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { blobId } from './blob-id.ts';
import type { Plan } from './plan.ts';
import type { BaseFile } from './reconcile.ts';

/** Where the lock of the workspace is, relative to it. */
export const LOCK_FILE = '.msvc/lock.yaml';

/** Where each service has a lock of its own, so that two branches that each add one do not meet. */
export const LOCK_FOLDER = '.msvc/services';

/** The lock of a service, relative to the workspace. */
export const lockPathOf = (service: string): string => `${LOCK_FOLDER}/${service}.yaml`;

/** A pack from outside, as it was taken. */
export interface LockedPack {
  /** As `packs:` names it. */
  readonly source: string;
  /** The npm version or the git commit; none for a folder. */
  readonly version?: string;
  /** A hash of its files. */
  readonly integrity: string;
}

/** What was written at a path. */
export interface Written {
  /** Undefined for a list to which branches add: what was written is what the specs ask for, in any order. */
  readonly id: string | undefined;
  readonly mode: FileMode;
}

/** What the tool last wrote for the workspace itself, or for one service. */
export interface LockPart {
  /** Its part of the spec as last rendered, as the value of its YAML. */
  readonly spec: unknown;
  /** A digest of what a service's files follow from; undefined where some could not be brought in. */
  readonly of: string | undefined;
  readonly files: ReadonlyMap<string, Written>;
}

/** What the tool last wrote: enough to find it again. */
export interface Lock {
  /** The version of the tool that wrote. */
  readonly tool: string;
  /** The packs from outside that were rendered. */
  readonly packs: readonly LockedPack[];
  /** Paths that the user took out of our care. */
  readonly ejected: readonly string[];
  readonly workspace: LockPart;
  readonly services: ReadonlyMap<string, LockPart>;
}

const HEADER = '# What msvc last wrote, so that it can tell your edits from its own. Commit it; msvc keeps it.\n';
const ENTRY = /^(?:([0-9a-f]{40})|list)( x)?$/;
const LINE = /^ {2}("(?:[^"\\]|\\.)*"|[^:]+): (.*)$/;

/** Every path that is written, and what was written there. */
export function writtenIn(lock: Lock): ReadonlyMap<string, Written> {
  return new Map([lock.workspace, ...lock.services.values()].flatMap(({ files }) => [...files]));
}

/** The whole spec as last rendered. */
export function lockedSpec({ workspace, services }: Lock): unknown {
  const entries = [...services].map(([name, { spec }]) => [name, spec] as const);
  return { ...(workspace.spec as object), services: Object.fromEntries(entries) };
}

/**
 * Reads a lock.
 *
 * @param text the workspace's
 * @param services service → text of its own
 * @throws UserError where it is none, or was written by a newer format
 */
export function parseLock(text: string, services: ReadonlyMap<string, string>): Lock {
  const [head, files] = halves(text);
  const place = { file: LOCK_FILE };
  let value: Partial<Record<'version' | 'tool' | 'spec' | 'packs' | 'ejected', unknown>> | null;
  try {
    value = parse(head) as typeof value;
  } catch (cause) {
    throw new UserError('the lock is not YAML', { place, remedy: restore(LOCK_FILE), cause });
  }
  if (value?.version !== 1 || typeof value.tool !== 'string') {
    throw new UserError('the lock has no shape that this version knows', { place, remedy: restore(LOCK_FILE) });
  }
  const ejected = Array.isArray(value.ejected) ? value.ejected.map(String) : [];
  return {
    tool: value.tool,
    packs: Array.isArray(value.packs) ? value.packs.map(packOf) : [],
    ejected,
    workspace: { spec: value.spec, of: undefined, files: parseFiles(files, LOCK_FILE) },
    services: new Map([...services].map(([name, own]) => [name, parsePart(own, lockPathOf(name))])),
  };
}

function packOf(entry: Partial<Record<keyof LockedPack, unknown>>): LockedPack {
  const { source, version, integrity } = entry ?? {};
  return {
    source: String(source),
    ...(version === undefined ? {} : { version: String(version) }),
    integrity: String(integrity),
  };
}

/** Read by lines, because there may be hundreds. */
function parsePart(text: string, file: string): LockPart {
  const [head, files] = halves(text);
  const spec = /^spec: (.*)$/m.exec(head)?.[1];
  try {
    return { spec: JSON.parse(spec ?? ''), of: /^of: (.*)$/m.exec(head)?.[1], files: parseFiles(files, file) };
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError('the lock has no shape that this version knows', {
      place: { file },
      remedy: restore(file),
      cause,
    });
  }
}

function halves(text: string): readonly [head: string, files: string] {
  const unix = text.replaceAll('\r\n', '\n');
  const at = unix.indexOf('\nfiles:');
  return at === -1 ? [unix, ''] : [unix.slice(0, at + 1), unix.slice(unix.indexOf('\n', at + 1) + 1)];
}

function parseFiles(text: string, file: string): LockPart['files'] {
  const files = new Map<string, Written>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, key = '', value = ''] = LINE.exec(line) ?? [];
    const entry = ENTRY.exec(value);
    if (entry === null) {
      throw new UserError(`"${line.trim()}" is no entry of a lock`, { place: { file }, remedy: restore(file) });
    }
    const path = key.startsWith('"') ? (JSON.parse(key) as string) : key;
    files.set(path, { id: entry[1], mode: entry[2] === undefined ? 0o644 : 0o755 });
  }
  return files;
}

function restore(file: string): string {
  return `Restore it from git: git checkout -- ${file}`;
}

/**
 * The texts of a lock: sorted, one entry a line, so that branches merge.
 *
 * @returns path → text
 */
export function formatLock({ tool, packs, ejected, workspace, services }: Lock): ReadonlyMap<string, string> {
  const body = {
    version: 1,
    tool,
    spec: workspace.spec,
    ...(packs.length === 0 ? {} : { packs }),
    ...(ejected.length === 0 ? {} : { ejected: [...ejected].sort(compareText) }),
  };
  const head = stringify(body, { aliasDuplicateObjects: false, lineWidth: 0 });
  const parts = [...services].map(([name, part]): [string, string] => [lockPathOf(name), formatPart(part)]);
  return new Map([[LOCK_FILE, `${HEADER}${head}${filesText(workspace.files)}`], ...parts]);
}

function formatPart({ spec, of, files }: LockPart): string {
  return `${HEADER}${of === undefined ? '' : `of: ${of}\n`}spec: ${JSON.stringify(spec)}\n${filesText(files)}`;
}

function filesText(files: LockPart['files']): string {
  const entries = [...files].sort(([left], [right]) => compareText(left, right));
  const lines = entries.map(
    ([path, { id, mode }]) => `  ${yamlKey(path)}: ${id ?? 'list'}${mode === 0o755 ? ' x' : ''}\n`,
  );
  return `files:${lines.length === 0 ? ' {}\n' : `\n${lines.join('')}`}`;
}

/** A path as a YAML key; a JSON string is a YAML double-quoted scalar (YAML 1.2, section 1.3). */
function yamlKey(path: string): string {
  return /^[\w.][\w./-]*$/.test(path) && !/^[\d.]+$/.test(path) ? path : JSON.stringify(path);
}

/**
 * What a part of the lock says after a plan was applied: what is now generated, except what could not be brought in.
 *
 * @param before what was written until now
 * @param plan the plan
 * @param next the part's files that the plan brings
 * @param of the digest of what these follow from
 */
export function lockedPart(
  before: ReadonlyMap<string, Written>,
  plan: Plan,
  next: Tree,
  { spec, of }: Pick<LockPart, 'spec' | 'of'>,
): LockPart {
  const files = new Map<string, Written>();
  const verdicts = new Map(plan.operations.map((operation) => [operation.path, operation]));
  let isWhole = true;
  for (const [path, { content, mode, unordered }] of next) {
    const operation = verdicts.get(path);
    const written = before.get(operation?.from ?? path);
    if (operation?.verdict === 'clash' || operation?.verdict === 'unmergeable') isWhole = false;
    if (operation?.verdict === 'clash') continue;
    if (operation?.verdict === 'unmergeable') {
      if (written !== undefined) files.set(path, written);
      continue;
    }
    files.set(path, { id: unordered ? undefined : blobId(content), mode });
  }
  return { spec, of: isWhole ? of : undefined, files };
}

/** The lock as if nothing had been written at some paths. */
export function withoutWritten(lock: Lock, paths: ReadonlySet<string>): Lock {
  const without = (part: LockPart): LockPart => {
    const files = new Map([...part.files].filter(([path]) => !paths.has(path)));
    return files.size === part.files.size ? part : { ...part, of: undefined, files };
  };
  const services = new Map([...lock.services].map(([name, part]) => [name, without(part)]));
  return { ...lock, workspace: without(lock.workspace), services };
}

/**
 * The base of a reconcile.
 *
 * @param written what was written
 * @param contents what could be found of it: path → file
 */
export function baseOf(written: ReadonlyMap<string, Written>, contents: Tree): ReadonlyMap<string, BaseFile> {
  const base = new Map<string, BaseFile>();
  for (const [path, { id, mode }] of written) {
    const file = contents.get(path);
    if (id === undefined) base.set(path, { id: file === undefined ? '' : blobId(file.content), mode, file });
    else base.set(path, { id, mode, file: file !== undefined && blobId(file.content) === id ? file : undefined });
  }
  return base;
}
