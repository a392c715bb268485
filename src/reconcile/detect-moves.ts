import { diffComm } from 'node-diff3';
import type { Tree } from '../tree/tree.ts';
import { blobId } from './blob-id.ts';
import type { BaseFile } from './reconcile.ts';

/** The share of lines that two files have in common, from which one counts as the other renamed; git's default is half. */
const LEAST_SIMILARITY = 0.6;

/**
 * Finds the files that a newer template set renamed, so that the edits of the old one go along.
 *
 * @param base what was last written
 * @param next what would be written
 * @returns old path → new path
 */
export function detectMoves(base: ReadonlyMap<string, BaseFile>, next: Tree): ReadonlyMap<string, string> {
  const gone = [...base].filter(([path]) => !next.has(path));
  const arrived = [...next].filter(([path]) => !base.has(path));
  const candidates = gone.flatMap(([from, { id, file }]) =>
    arrived.map(([to, { content }]) => {
      const isSame = blobId(content) === id && String(content).trim() !== '';
      return { from, to, likeness: isSame ? 2 : similarity(file?.content, content) };
    }),
  );
  const moves = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to, likeness } of candidates.sort((left, right) => right.likeness - left.likeness)) {
    if (likeness < LEAST_SIMILARITY || moves.has(from) || taken.has(to)) continue;
    moves.set(from, to);
    taken.add(to);
  }
  return moves;
}

function similarity(left: string | Uint8Array | undefined, right: string | Uint8Array): number {
  if (typeof left !== 'string' || typeof right !== 'string') return 0;
  const [leftLines, rightLines] = [left.split('\n'), right.split('\n')];
  const longer = Math.max(leftLines.length, rightLines.length);
  if (Math.min(leftLines.length, rightLines.length) < LEAST_SIMILARITY * longer || longer < 4) return 0;
  const common = diffComm(leftLines, rightLines).reduce((sum, part) => sum + (part.common?.length ?? 0), 0);
  return common / longer;
}
