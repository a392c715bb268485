import type { Finding } from '../lint/finding.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context } from './context.ts';

/** Which lines differ from a git reference. */
export interface ChangedLines {
  /** Whether a finding, or a place it is related to, stands on a changed line. */
  touches(finding: Finding): boolean;
}

/**
 * Asks git what changed since the current branch left a reference, what is not committed included.
 *
 * @throws UserError where there is no repository or no such reference
 */
export async function changedLines(
  { processes, cwd }: Pick<Context, 'processes' | 'cwd'>,
  ref: string,
): Promise<ChangedLines> {
  const git = (...args: readonly string[]) => processes.run('git', ['-c', 'core.quotePath=false', ...args], { cwd });
  const base = await git('merge-base', '--end-of-options', ref, 'HEAD');
  const commit = base.stdout.trim();
  if (base.exitCode !== 0 || commit === '') {
    throw new UserError(`git knows no common ancestor with ${ref}`, {
      remedy: 'Fetch the reference with its history (in CI: a full clone), and run inside the repository.',
    });
  }
  const [diff, untracked] = await Promise.all([
    git(
      'diff',
      '--unified=0',
      '--no-color',
      '--no-ext-diff',
      '--no-prefix',
      '--relative',
      '--no-renames',
      commit,
      '--',
    ),
    git('ls-files', '--others', '--exclude-standard', '-z'),
  ]);
  const added = new Set(untracked.stdout.split('\0').filter((path) => path !== ''));
  const ranges = parseDiff(diff.stdout);
  const holds = (file: string, from: number, to: number): boolean =>
    added.has(file) || (ranges.get(file) ?? []).some(([start, end]) => start <= to && end >= from);
  return {
    touches: ({ file, line, endLine, related }) =>
      holds(file, line, endLine) || related.some((place) => holds(place.file, place.line, place.line)),
  };
}

/** The added or changed lines of each file of a `--unified=0 --no-prefix` diff. */
export function parseDiff(diff: string): ReadonlyMap<string, readonly (readonly [number, number])[]> {
  const ranges = new Map<string, [number, number][]>();
  let current: [number, number][] = [];
  for (const line of diff.split('\n')) {
    if (line.startsWith('+++ ')) {
      current = [];
      ranges.set(line.slice(4).replace(/\t$/, ''), current);
      continue;
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null) continue;
    const start = Number(hunk[1]);
    const count = Number(hunk[2] ?? 1);
    // Where lines were only removed, the line before and the one after are what changed.
    current.push(count === 0 ? [start, start + 1] : [start, start + count - 1]);
  }
  return ranges;
}
