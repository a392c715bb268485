import { diffIndices } from 'node-diff3';

const context = 3;

/**
 * The difference of two texts in the unified format, as `git diff` prints it.
 *
 * @param path for the two header lines
 * @returns '' when the texts are the same
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  const left = linesOf(before);
  const right = linesOf(after);
  const changes = diffIndices(left, right).map(({ buffer1, buffer2 }) => ({ from: buffer1, to: buffer2 }));
  if (changes.length === 0) return '';
  const hunks: (typeof changes)[] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.from[0] - (last.from[0] + last.from[1]) <= 2 * context) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return `--- a/${path}\n+++ b/${path}\n${hunks.map((hunk) => formatHunk(hunk, left, right)).join('')}`;
}

function formatHunk(
  changes: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number] }[],
  left: readonly string[],
  right: readonly string[],
): string {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return '';
  const start = Math.max(0, first.from[0] - context);
  const end = Math.min(left.length, last.from[0] + last.from[1] + context);
  const rightStart = first.to[0] - (first.from[0] - start);
  const rightEnd = last.to[0] + last.to[1] + (end - last.from[0] - last.from[1]);
  const lines: string[] = [];
  let at = start;
  for (const { from, to } of changes) {
    lines.push(...left.slice(at, from[0]).map((line) => ` ${line}`));
    lines.push(...left.slice(from[0], from[0] + from[1]).map((line) => `-${line}`));
    lines.push(...right.slice(to[0], to[0] + to[1]).map((line) => `+${line}`));
    at = from[0] + from[1];
  }
  lines.push(...left.slice(at, end).map((line) => ` ${line}`));
  const header = `@@ -${span(start, end)} +${span(rightStart, rightEnd)} @@`;
  return `${[header, ...lines].map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('')}`;
}

/** `12,3`: git names the line before an empty range. */
function span(start: number, end: number): string {
  const count = end - start;
  return `${count === 0 ? start : start + 1},${count}`;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const whole = lines.map((line) => `${line}\n`);
  return last === '' ? whole : [...whole, `${last}\n\\ No newline at end of file\n`];
}
