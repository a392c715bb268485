/**
 * The candidate that a word was probably meant to be: one or two letters off, for words long enough to tell.
 *
 * @returns undefined when nothing is near enough, or the word itself is a candidate
 */
export function meant(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  if (word.length < 4) return undefined;
  const limit = word.length < 8 ? 1 : 2;
  for (const candidate of candidates) {
    if (candidate === word) return undefined;
    if (Math.abs(word.length - candidate.length) <= limit && distance(word, candidate) <= limit) best ??= candidate;
  }
  return best;
}

/** The number of letters to insert, remove, replace or swap with a neighbour. */
function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let at = 1; at <= left.length; at++) {
    const row = [at];
    for (let to = 1; to <= right.length; to++) {
      const same = left[at - 1] === right[to - 1] ? 0 : 1;
      let cost = Math.min((rows[at - 1]?.[to] ?? 0) + 1, (row[to - 1] ?? 0) + 1, (rows[at - 1]?.[to - 1] ?? 0) + same);
      const swapped = at > 1 && to > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1];
      if (swapped) cost = Math.min(cost, (rows[at - 2]?.[to - 2] ?? 0) + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[left.length]?.[right.length] ?? 3;
}
