import { diff3Merge } from 'node-diff3';

/** A three-way merge: the text, and how many places clash (each between git's diff3 markers). */
export interface Merged {
  readonly text: string;
  readonly conflicts: number;
}

/** Three versions of a text. */
export interface Versions {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** How the sides are called in conflict markers. */
const LABELS = { ours: 'yours', base: 'as last generated', theirs: 'newly generated' } as const;

/**
 * Settles a place where both sides changed.
 *
 * @returns the lines, or undefined where it remains a clash
 */
export type Settle = (
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[],
) => readonly string[] | undefined;

/**
 * Merges by lines.
 *
 * @param versions the three texts
 * @param settle asked for every clash first
 */
export function mergeLines({ base, ours, theirs }: Versions, settle: Settle = () => undefined): Merged {
  // Arrays of lines: node-diff3 would split a string at every white space.
  const regions = diff3Merge(ours.split('\n'), base.split('\n'), theirs.split('\n'), { excludeFalseConflicts: true });
  const lines: string[] = [];
  let conflicts = 0;
  for (const region of regions) {
    if (region.ok !== undefined) {
      lines.push(...region.ok);
      continue;
    }
    if (region.conflict === undefined) continue;
    const { a, o, b } = region.conflict;
    const settled = settle(a, o, b);
    if (settled !== undefined) {
      lines.push(...settled);
      continue;
    }
    conflicts += 1;
    lines.push(
      `<<<<<<< ${LABELS.ours}`,
      ...a,
      `||||||| ${LABELS.base}`,
      ...o,
      '=======',
      ...b,
      `>>>>>>> ${LABELS.theirs}`,
    );
  }
  return { text: lines.join('\n'), conflicts };
}

/** The whole file as one clash, for texts that merge by line into something that no longer parses. */
export function wholeConflict({ base, ours, theirs }: Versions): Merged {
  const end = (text: string): string => (text.endsWith('\n') || text === '' ? text : `${text}\n`);
  return {
    text: `<<<<<<< ${LABELS.ours}\n${end(ours)}||||||| ${LABELS.base}\n${end(base)}=======\n${end(theirs)}>>>>>>> ${LABELS.theirs}\n`,
    conflicts: 1,
  };
}

/** Whether a text still has a conflict marker of git's. */
export function hasConflictMarkers(text: string): boolean {
  return /^(?:<{7} |>{7} )/m.test(text);
}
