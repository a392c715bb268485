import { parse, stringify } from 'yaml';
import { compareText, type FileMode, type Tree } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { blobId } from './blob-id.ts';
import type { Plan } from './plan.ts';
import type { BaseFile } from './reconcile.ts';

/** Where the lock is, relative to the workspace. */
export const LOCK_FILE = '.msvc/lock.yaml';

/** A pack from outside, as it was taken. */
export interface LockedPack {
  /** As `packs:` names it. */
  readonly source: string;
  /** The npm version or the git commit; none for a folder. */
  readonly version?: string;
  /** A hash of its files. */
  readonly integrity: string;
}

/** What the tool last wrote: enough to find it again. */
export interface Lock {
  /** The version of the tool that wrote. */
  readonly tool: string;
  /** The spec as last rendered, as the value of its YAML. */
  readonly spec: unknown;
  /** The packs from outside that were rendered. */
  readonly packs: readonly LockedPack[];
  /** Paths that the user took out of our care. */
  readonly ejected: readonly string[];
  /** Path → what was written there. */
  readonly files: ReadonlyMap<string, { readonly id: string; readonly mode: FileMode }>;
}

const HEADER = '# What msvc last wrote, so that it can tell your edits from its own. Commit it; msvc keeps it.\n';
const ENTRY = /^([0-9a-f]{40})( x)?$/;

/**
 * Reads a lock.
 *
 * @throws UserError where it is none, or was written by a newer format
 */
export function parseLock(text: string): Lock {
  const place = { file: LOCK_FILE };
  const remedy = 'Restore it from git: git checkout -- .msvc/lock.yaml';
  let value: Partial<Record<'version' | 'tool' | 'spec' | 'packs' | 'ejected' | 'files', unknown>> | null;
  try {
    value = parse(text) as typeof value;
  } catch (cause) {
    throw new UserError('the lock is not YAML', { place, remedy, cause });
  }
  if (value?.version !== 1 || typeof value.tool !== 'string' || typeof value.files !== 'object') {
    throw new UserError('the lock has no shape that this version knows', { place, remedy });
  }
  const files = Object.entries((value.files ?? {}) as Record<string, unknown>).map(([path, entry]) => {
    const match = ENTRY.exec(String(entry));
    if (match?.[1] === undefined) throw new UserError(`the entry of ${path} is no blob id`, { place, remedy });
    const mode: FileMode = match[2] === undefined ? 0o644 : 0o755;
    return [path, { id: match[1], mode }] as const;
  });
  const ejected = Array.isArray(value.ejected) ? value.ejected.map(String) : [];
  const packs = Array.isArray(value.packs) ? value.packs.map(packOf) : [];
  return { tool: value.tool, spec: value.spec, packs, ejected, files: new Map(files) };
}

function packOf(entry: Partial<Record<keyof LockedPack, unknown>>): LockedPack {
  const { source, version, integrity } = entry ?? {};
  return {
    source: String(source),
    ...(version === undefined ? {} : { version: String(version) }),
    integrity: String(integrity),
  };
}

/** The lock's text: sorted, one entry a line, so that branches merge. */
export function formatLock({ tool, spec, packs, ejected, files }: Lock): string {
  const entries = [...files].sort(([left], [right]) => compareText(left, right));
  const body = {
    version: 1,
    tool,
    spec,
    ...(packs.length === 0 ? {} : { packs }),
    ...(ejected.length === 0 ? {} : { ejected: [...ejected].sort(compareText) }),
  };
  const lines = entries.map(([path, { id, mode }]) => `  ${yamlKey(path)}: ${id}${mode === 0o755 ? ' x' : ''}\n`);
  return `${HEADER}${stringify(body, { aliasDuplicateObjects: false, lineWidth: 0 })}files:${lines.length === 0 ? ' {}\n' : `\n${lines.join('')}`}`;
}

/** A path as a YAML key; a JSON string is a YAML double-quoted scalar (YAML 1.2, section 1.3). */
function yamlKey(path: string): string {
  return /^[\w.][\w./-]*$/.test(path) && !/^[\d.]+$/.test(path) ? path : JSON.stringify(path);
}

/**
 * What the lock says after a plan was applied: what is now generated, except what could not be brought in.
 *
 * @param lock the lock before
 * @param plan the plan
 * @param next the tree that the plan brings
 */
export function lockedFiles(lock: Lock | undefined, plan: Plan, next: Tree): Lock['files'] {
  const files = new Map<string, { readonly id: string; readonly mode: FileMode }>();
  const verdicts = new Map(plan.operations.map((operation) => [operation.path, operation]));
  for (const [path, { content, mode }] of next) {
    const operation = verdicts.get(path);
    const before = lock?.files.get(operation?.from ?? path);
    if (operation?.verdict === 'clash') continue;
    if (operation?.verdict === 'unmergeable') {
      if (before !== undefined) files.set(path, before);
      continue;
    }
    files.set(path, { id: blobId(content), mode });
  }
  return files;
}

/**
 * The base of a reconcile.
 *
 * @param lock what was written; undefined where nothing was
 * @param contents what could be found of it: path → file
 */
export function baseOf(lock: Lock | undefined, contents: Tree): ReadonlyMap<string, BaseFile> {
  const base = new Map<string, BaseFile>();
  for (const [path, { id, mode }] of lock?.files ?? []) {
    const file = contents.get(path);
    base.set(path, { id, mode, file: file !== undefined && blobId(file.content) === id ? file : undefined });
  }
  return base;
}
