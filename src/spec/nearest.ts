/**
 * The candidate that is most like what was written: by optimal string alignment (Damerau-Levenshtein without repeated
 * edits), at most a third of the word away, or one that starts with it. Undefined where none is near.
 */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const word = written.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined && bestDistance <= Math.max(1, Math.ceil(word.length / 3))) return best;
  return candidates.find((candidate) => word.length >= 2 && candidate.startsWith(word));
}

/** `Did you mean "postgres"?`, or the whole list where nothing is near. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const guess = nearest(written, candidates);
  return guess === undefined ? `Choose one of: ${candidates.join(', ')}` : `Did you mean "${guess}"?`;
}

function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let value = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost);
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) value = Math.min(value, (beforeLast[column - 2] ?? 0) + 1);
      current.push(value);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
