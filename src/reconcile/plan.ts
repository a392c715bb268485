import type { Change } from '../tree/apply.ts';
import type { TreeFile } from '../tree/tree.ts';

/** What happens to a path, and why. */
export type Verdict =
  /** New. */
  | 'create'
  /** Pristine until now: replaced. */
  | 'update'
  /** Edited, and both sides fit together. */
  | 'merge'
  /** Edited, and the sides clash: git's markers show where. */
  | 'conflict'
  /** Pristine, and no longer needed. */
  | 'delete'
  /** Edited, and no longer needed: it stays and is the user's from now on. */
  | 'release'
  /** The user deleted it, and it has changed since: it stays deleted. */
  | 'stay-deleted'
  /** Something that is not ours is where a file of ours would be: not touched. */
  | 'clash'
  /** Edited, and what was generated is nowhere to be found, so nothing can be merged: not touched. */
  | 'unmergeable'
  /** Only its place changes. */
  | 'move'
  /** Nothing to do: as generated, or only the user changed it. */
  | 'keep';

/** What happens to one path. */
export interface Operation {
  readonly verdict: Verdict;
  readonly path: string;
  /** Where the file was until now, if it moves. */
  readonly from?: string;
  /** What is there now. */
  readonly before?: TreeFile;
  /** What will be there; absent where the file goes or never was. */
  readonly after?: TreeFile;
  /** How many places clash. */
  readonly conflicts?: number;
  /** What is in the way. */
  readonly obstacle?: string;
}

/** Every path that the tool cares for and what happens to it, sorted by path. */
export interface Plan {
  readonly operations: readonly Operation[];
}

/** Verdicts that need a person. */
const OPEN: ReadonlySet<Verdict> = new Set(['conflict', 'clash', 'unmergeable']);

/** Verdicts under which the disk stays as it is. */
const QUIET: ReadonlySet<Verdict> = new Set(['keep', 'release', 'stay-deleted', 'clash', 'unmergeable']);

/** The operations that a person has to settle. */
export function openOperations({ operations }: Plan): readonly Operation[] {
  return operations.filter(({ verdict }) => OPEN.has(verdict));
}

/** The operations that change the disk. */
export function writingOperations({ operations }: Plan): readonly Operation[] {
  return operations.filter(({ verdict }) => !QUIET.has(verdict));
}

/** What applying the plan does to the disk. */
export function changesOf(plan: Plan): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const { path, from, after } of writingOperations(plan)) {
    if (from !== undefined && !changes.has(from)) changes.set(from, { path: from, after: undefined });
    changes.set(path, { path, after });
  }
  return [...changes.values()];
}
