import type { FileSource } from '../artifacts/file-source.ts';
import { overlaySource } from '../artifacts/overlay-source.ts';
import { openRepository } from '../artifacts/repository.ts';
import type { Finding } from './finding.ts';
import { applyFixes } from './fix.ts';
import { type LintOptions, type LintResult, lint } from './lint.ts';

/** Fixes may overlap and uncover others; more rounds than this mean that two of them undo each other. */
const maximumRounds = 10;

/** What fixing came to; nothing is written. */
export interface FixResult extends LintResult {
  /** The new texts of the files that change. */
  readonly changed: ReadonlyMap<string, string>;
  /** How many findings were mended. */
  readonly fixed: number;
}

/**
 * Lints and applies fixes until nothing is left to apply. A round after which a file no longer parses is taken back.
 *
 * @param wanted which findings may be fixed; all when left out
 */
export async function fixAll(
  source: FileSource,
  options: LintOptions,
  wanted: (finding: Finding) => boolean = () => true,
): Promise<FixResult> {
  let changed: ReadonlyMap<string, string> = new Map();
  let result = await lint(await openRepository(source), options);
  let fixed = 0;
  for (let round = 0; round < maximumRounds; round++) {
    const { files, applied } = applyFixes(result.findings.filter(wanted));
    if (files.size === 0) break;
    const next = new Map(changed);
    for (const [path, { text }] of files) next.set(path, text);
    const judged = await lint(await openRepository(overlaySource(source, next)), options);
    if (countBroken(judged) > countBroken(result)) break;
    changed = next;
    result = judged;
    fixed += applied.length;
  }
  return { ...result, changed, fixed };
}

function countBroken({ findings }: LintResult): number {
  return findings.filter((finding) => finding.rule.endsWith('/parses')).length;
}
