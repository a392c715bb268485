import type { Entry } from '../tree/read-tree.ts';
import { compareText, type FileMode, type Tree, type TreeFile } from '../tree/tree.ts';
import { blobId } from './blob-id.ts';
import { inOrderOf } from './list.ts';
import { mergeText } from './merge.ts';
import type { Operation, Plan } from './plan.ts';

/** What the tool last wrote at a path. The content is missing where it was not to be found again. */
export interface BaseFile {
  readonly id: string;
  readonly mode: FileMode;
  readonly file: TreeFile | undefined;
}

/** How clashes are settled: shown by markers, or for one side. */
export type ConflictStyle = 'markers' | 'ours' | 'theirs';

/** The three states, and what is known of how one became the other. */
export interface Reconcilable {
  readonly base: ReadonlyMap<string, BaseFile>;
  readonly disk: ReadonlyMap<string, Entry>;
  readonly next: Tree;
  /** Paths that are known to move, old → new. */
  readonly moves?: ReadonlyMap<string, string>;
  readonly conflictStyle?: ConflictStyle;
}

/**
 * Decides for every path what bringing the next tree to the disk does to it. What is not as the tool wrote it is never
 * overwritten.
 */
export function reconcile({ base, disk, next, moves = new Map(), conflictStyle = 'markers' }: Reconcilable): Plan {
  const origins = new Map([...moves].map(([from, to]) => [to, from]));
  const operations: Operation[] = [];
  const moved = new Set<string>();
  for (const [to, from] of origins) {
    // A file that is already at the new place is judged by itself, and so is the one at the old place.
    if (disk.has(from) && !disk.has(to) && !base.has(to)) moved.add(from);
    else origins.delete(to);
  }
  const paths = new Set([...base.keys(), ...next.keys(), ...origins.keys()]);
  for (const path of [...paths].sort(compareText)) {
    if (moved.has(path) && !next.has(path)) continue;
    const from = origins.get(path);
    const source = from ?? path;
    const entry = moved.has(path) ? undefined : disk.get(source);
    const written = moved.has(path) ? undefined : base.get(source);
    if (entry !== undefined && 'obstacle' in entry) {
      if (next.has(path)) operations.push({ verdict: 'clash', path, obstacle: entry.obstacle });
      continue;
    }
    if (from !== undefined && entry !== undefined && written === undefined && !next.has(path)) {
      // A file of the user's own that goes along with ours.
      operations.push({ verdict: 'move', path, from, before: entry, after: entry });
      continue;
    }
    const operation = judge(path, written, entry, next.get(path), conflictStyle);
    if (operation === undefined) continue;
    if (from === undefined) operations.push(operation);
    else if (operation.verdict === 'keep' || operation.verdict === 'unmergeable' || operation.verdict === 'clash') {
      operations.push({ ...operation, verdict: 'move', from, ...(entry === undefined ? {} : { after: entry }) });
    } else operations.push({ ...operation, from });
  }
  return { operations };
}

function judge(
  path: string,
  base: BaseFile | undefined,
  disk: TreeFile | undefined,
  next: TreeFile | undefined,
  style: ConflictStyle,
): Operation | undefined {
  if (disk === undefined) {
    if (next === undefined) return undefined;
    if (base === undefined) return { verdict: 'create', path, after: next };
    return isWritten(next, base) ? { verdict: 'keep', path } : { verdict: 'stay-deleted', path };
  }
  if (next === undefined) {
    if (base === undefined) return undefined;
    return isWritten(disk, base)
      ? { verdict: 'delete', path, before: disk }
      : { verdict: 'release', path, before: disk };
  }
  const isList = next.unordered === true;
  if (isEqual(isList ? inOrderOf(next, disk) : disk, next)) return { verdict: 'keep', path, before: disk, after: disk };
  if (base === undefined) return { verdict: 'clash', path, before: disk, after: next };
  const ordered = isList && base.file !== undefined ? inOrderOf(base.file, disk) : disk;
  if (isWritten(ordered, base)) return { verdict: 'update', path, before: disk, after: withLineBreaksOf(disk, next) };
  if (isWritten(next, base)) return { verdict: 'keep', path, before: disk, after: disk };
  return { ...merge(path, base, ordered, next, style), before: disk };
}

function merge(path: string, base: BaseFile, disk: TreeFile, next: TreeFile, style: ConflictStyle): Operation {
  const mode = disk.mode === base.mode ? next.mode : disk.mode;
  const settled = (content: TreeFile['content'], conflicts = 0): Operation => {
    const after = { content, mode };
    if (conflicts > 0) return { verdict: 'conflict', path, before: disk, after, conflicts };
    return { verdict: isEqual(after, disk) ? 'keep' : 'merge', path, before: disk, after };
  };
  if (blobIdOf(disk) === base.id) return settled(withLineBreaksOf(disk, next).content);
  if (blobId(next.content) === base.id || blobIdOf(disk) === blobId(next.content)) return settled(disk.content);
  if (style === 'ours' && base.file === undefined) return settled(disk.content);
  if (style === 'theirs' && base.file === undefined) return settled(withLineBreaksOf(disk, next).content);
  if (base.file === undefined) return { verdict: 'unmergeable', path, before: disk, after: next };
  if (typeof disk.content !== 'string' || typeof next.content !== 'string' || typeof base.file.content !== 'string') {
    if (style !== 'markers') return settled(style === 'ours' ? disk.content : next.content);
    return { verdict: 'unmergeable', path, before: disk, after: next };
  }
  const merged = mergeText(path, {
    base: base.file.content,
    ours: toUnixLines(disk.content),
    theirs: next.content,
  });
  if (merged.conflicts > 0 && style !== 'markers') {
    return settled(style === 'ours' ? disk.content : withLineBreaksOf(disk, next).content);
  }
  return settled(withLineBreaksOf(disk, { content: merged.text, mode }).content, merged.conflicts);
}

/** As the tool wrote it; git may have turned its line breaks into Windows' (`core.autocrlf`). */
function isWritten(file: TreeFile, base: BaseFile): boolean {
  return file.mode === base.mode && blobIdOf(file) === base.id;
}

function isEqual(left: TreeFile, right: TreeFile): boolean {
  return left.mode === right.mode && blobIdOf(left) === blobIdOf(right);
}

function blobIdOf({ content }: TreeFile): string {
  return blobId(typeof content === 'string' ? toUnixLines(content) : content);
}

function toUnixLines(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

/** The content with Windows' line breaks where the file on the disk has them. */
function withLineBreaksOf(disk: TreeFile, file: TreeFile): TreeFile {
  if (typeof disk.content !== 'string' || typeof file.content !== 'string') return file;
  const usesWindowsLines = disk.content.includes('\r\n') && !/[^\r]\n/.test(disk.content);
  if (!usesWindowsLines) return file;
  return { ...file, content: toUnixLines(file.content).replaceAll('\n', '\r\n') };
}
