import type { Location, Position } from '../artifacts/source-file.ts';
import type { Edit } from './edit.ts';
import type { Severity } from './rule.ts';

/** A second place that a finding is about. */
export interface RelatedPlace extends Position {
  readonly file: string;
  readonly message: string;
}

/** What is reported: 1-based lines and columns in UTF-16 units, `endColumn` exclusive. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The place as offsets; `file` to `endColumn` say the same. */
  readonly where: Location;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly related: readonly RelatedPlace[];
  readonly url: string;
  /** The same for the same finding in the same text, wherever in the file that moves. */
  readonly fingerprint: string;
  /** The edits that put it right; empty where there is no safe fix. */
  readonly fix: readonly Edit[];
}

/**
 * A short, stable hash of texts (two lanes of FNV-1a), for identity and not for secrecy.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function hashText(...parts: readonly string[]): string {
  let high = 0x811c9dc5;
  let low = 0xc9dc5811;
  for (const part of parts) {
    for (let index = 0; index <= part.length; index++) {
      const unit = index < part.length ? part.charCodeAt(index) : 0xffff;
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(low ^ unit ^ (high >>> 13), 0x01000193);
    }
  }
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
