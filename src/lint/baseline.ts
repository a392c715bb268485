import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Finding } from './finding.ts';

/** A finding that is known and not reported again. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  readonly message: string;
}

/** What a baseline leaves over. */
export interface BaselineResult {
  readonly findings: readonly Finding[];
  readonly known: number;
  /** Entries that nothing matches any more. */
  readonly stale: readonly BaselineEntry[];
}

/**
 * Reads a baseline file.
 *
 * @throws UserError when it is none
 */
export function parseBaseline(text: string, path: string): readonly BaselineEntry[] {
  try {
    const value = JSON.parse(text) as { version?: unknown; findings?: unknown };
    if (value.version === 1 && Array.isArray(value.findings)) return value.findings as BaselineEntry[];
  } catch (cause) {
    throw new UserError('The baseline is not valid JSON', { place: { file: path }, cause });
  }
  throw new UserError('The file is no baseline', {
    place: { file: path },
    remedy: 'Write a new one with `msvc lint --update-baseline`.',
  });
}

/** Writes findings as a baseline; one line for each, sorted, so that it merges and reviews well. */
export function formatBaseline(findings: readonly Finding[]): string {
  const entries = findings
    .map(({ file, rule, fingerprint, message }): BaselineEntry => ({ file, rule, fingerprint, message }))
    .sort(
      (left, right) =>
        compareText(left.file, right.file) ||
        compareText(left.rule, right.rule) ||
        compareText(left.fingerprint, right.fingerprint),
    );
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
  return `{\n  "version": 1,\n  "findings": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

/** Takes the known findings out. Fingerprints go by content, and the second of two equal findings has its own. */
export function applyBaseline(findings: readonly Finding[], baseline: readonly BaselineEntry[]): BaselineResult {
  const known = new Set(baseline.map((entry) => entry.fingerprint));
  const present = new Set(findings.map((finding) => finding.fingerprint));
  const left = findings.filter((finding) => !known.has(finding.fingerprint));
  return {
    findings: left,
    known: findings.length - left.length,
    stale: baseline.filter((entry) => !present.has(entry.fingerprint)),
  };
}
