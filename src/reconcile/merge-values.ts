import { diff3Merge } from 'node-diff3';

/** Returned where both sides changed the same thing differently. */
export const CLASH = Symbol('clash');

/** Nothing at all, unlike null. */
const ABSENT = Symbol('absent');

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Merges three parsed values by key; lists by entry.
 *
 * @returns the merged value, or {@link CLASH}
 */
export function mergeValues(base: unknown, ours: unknown, theirs: unknown): unknown {
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours;
  if (isSame(base, ours)) return theirs;
  if (isMapping(ours) && isMapping(theirs)) return mergeMappings(isMapping(base) ? base : {}, ours, theirs);
  if (Array.isArray(ours) && Array.isArray(theirs)) return mergeEntries(Array.isArray(base) ? base : [], ours, theirs);
  return CLASH;
}

function mergeMappings(base: Mapping, ours: Mapping, theirs: Mapping): unknown {
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const at = (mapping: Mapping): unknown => (Object.hasOwn(mapping, key) ? mapping[key] : ABSENT);
    const value = mergeValues(at(base), at(ours), at(theirs));
    if (value === CLASH) return CLASH;
    if (value !== ABSENT)
      Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return merged;
}

function mergeEntries(base: readonly unknown[], ours: readonly unknown[], theirs: readonly unknown[]): unknown {
  const merged = mergeLists(base.map(canonical), ours.map(canonical), theirs.map(canonical));
  return merged === CLASH ? CLASH : merged.map((entry) => JSON.parse(entry));
}

/**
 * Merges three lists of strings: what either side added or removed. Where both added at one place, both stay, sorted.
 */
export function mergeLists(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] | typeof CLASH {
  const result: string[] = [];
  for (const region of diff3Merge([...ours], [...base], [...theirs], { excludeFalseConflicts: true })) {
    if (region.ok !== undefined) {
      result.push(...region.ok);
      continue;
    }
    if (region.conflict === undefined) continue;
    const settled = mergeAdditions(region.conflict.a, region.conflict.o, region.conflict.b);
    if (settled === undefined) return CLASH;
    result.push(...settled);
  }
  return result;
}

/** What both sides added to the same entries; undefined where one of them changed an entry that the other touched. */
export function mergeAdditions(
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[],
): readonly string[] | undefined {
  const isSuperset = (side: readonly string[]): boolean => base.every((entry) => side.includes(entry));
  if (!isSuperset(ours) || !isSuperset(theirs)) return undefined;
  const merged = [...new Set([...ours, ...theirs])];
  const wasSorted = isSorted(ours) && isSorted(theirs);
  return wasSorted ? merged.sort(byCodeUnit) : merged;
}

/** Whether two parsed values are equal; the order of keys does not matter. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === ABSENT || right === ABSENT) return left === right;
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint' || value instanceof Date) return JSON.stringify(String(value));
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === 'bigint') return String(inner);
      return isMapping(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => byCodeUnit(a, b))) : inner;
    }) ?? 'undefined'
  );
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isSorted(entries: readonly string[]): boolean {
  return entries.every((entry, index) => index === 0 || byCodeUnit(entries[index - 1] ?? '', entry) <= 0);
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
