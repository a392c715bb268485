import type { SourceFile } from '../artifacts/source-file.ts';
import type { Edit } from './edit.ts';
import type { Finding } from './finding.ts';

/** A file after fixes. */
export interface FixedFile {
  readonly file: SourceFile;
  readonly text: string;
}

/**
 * Applies the fixes of findings. A fix that overlaps one already taken is left for the next round; the edits of one
 * fix are applied together or not at all. The same edit asked for by two findings is applied once.
 *
 * @returns the changed files, by path, and the findings whose fix was applied
 */
export function applyFixes(findings: readonly Finding[]): {
  readonly files: ReadonlyMap<string, FixedFile>;
  readonly applied: readonly Finding[];
} {
  const taken = new Map<string, { readonly file: SourceFile; readonly edits: Edit[] }>();
  const applied: Finding[] = [];
  for (const finding of findings) {
    if (finding.fix.length === 0) continue;
    const known = (edit: Edit) => taken.get(edit.file.path)?.edits ?? [];
    const fresh = finding.fix.filter((edit) => !known(edit).some((other) => sameEdit(edit, other)));
    if (fresh.some((edit) => known(edit).some((other) => clashes(edit, other)))) continue;
    for (const edit of fresh) {
      const entry = taken.get(edit.file.path) ?? { file: edit.file, edits: [] };
      entry.edits.push(edit);
      taken.set(edit.file.path, entry);
    }
    applied.push(finding);
  }
  const files = [...taken].map(([path, { file, edits }]): [string, FixedFile] => [
    path,
    { file, text: edited(file, edits) },
  ]);
  return { files: new Map(files), applied };
}

function edited(file: SourceFile, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const edit of edits.toSorted(
    (left, right) => left.range.start - right.range.start || left.range.end - right.range.end,
  )) {
    text += file.text.slice(at, edit.range.start) + edit.text;
    at = edit.range.end;
  }
  return text + file.text.slice(at);
}

function sameEdit(left: Edit, right: Edit): boolean {
  return left.range.start === right.range.start && left.range.end === right.range.end && left.text === right.text;
}

/** Overlapping, or two insertions at one point, whose order would be a guess. */
function clashes(left: Edit, right: Edit): boolean {
  if (left.range.start === right.range.start && left.range.end === right.range.end) return true;
  return left.range.start < right.range.end && right.range.start < left.range.end;
}
