/** Whether two names differ by at most two characters or by their separators alone. */
export function isNear(left: string, right: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_.:/]/g, '');
  const [a, b] = [plain(left), plain(right)];
  return a === b || a.startsWith(b) !== b.startsWith(a) ? Math.abs(a.length - b.length) <= 2 : distance(a, b) <= 1;
}

/** How many characters must be added, removed or changed to make one text of the other. */
export function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[right.length] ?? 0;
}
