import type { Location, SourceFile } from '../source-file.ts';

/** One line of an ignore file. As a place it is the line. */
export interface IgnorePattern extends Location {
  /** As Docker cleans it: no leading slash, no `.` or `..` inside, without the `!`. */
  readonly text: string;
  /** Whether it takes files back in (`!`). */
  readonly exception: boolean;
  matches(path: string): boolean;
}

/**
 * The patterns of a `.dockerignore`. They are not those of git: every pattern starts at the context's root.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnoreFile(file: SourceFile): readonly IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  let start = 0;
  for (const line of file.text.split('\n')) {
    const written = line.replace(/\r$/, '');
    const range = { start, end: start + written.length };
    start += line.length + 1;
    const trimmed = written.trim();
    if (written.startsWith('#') || trimmed === '' || trimmed === '!') continue;
    const exception = trimmed.startsWith('!');
    const text = clean(exception ? trimmed.slice(1).trim() : trimmed);
    const expression = expressionOf(text);
    if (text !== '' && expression !== undefined)
      patterns.push({ file, range, text, exception, matches: (path) => expression.test(path) });
  }
  return patterns;
}

/**
 * The pattern that keeps a file or folder out of the context.
 *
 * @param path relative to the context's root
 * @returns undefined when it is in the context, or some part of a folder may be
 */
export function ignoredBy(path: string, patterns: readonly IgnorePattern[]): IgnorePattern | undefined {
  const parts = path.split('/');
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let decisive: IgnorePattern | undefined;
  for (const pattern of patterns) {
    if (paths.some((part) => pattern.matches(part))) decisive = pattern.exception ? undefined : pattern;
    else if (pattern.exception && mayLieBelow(pattern.text, path)) decisive = undefined;
  }
  return decisive;
}

function mayLieBelow(pattern: string, folder: string): boolean {
  const fixed = /^[^*?[\\]*/.exec(pattern)?.[0] ?? '';
  return fixed.length < pattern.length
    ? `${folder}/`.startsWith(fixed) || fixed.startsWith(`${folder}/`)
    : pattern.startsWith(`${folder}/`);
}

function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** `*` and `?` stay within a name, `**` crosses folders, `[a-z]` is a class, a backslash takes the next letter as it is. */
function expressionOf(pattern: string): RegExp | undefined {
  const source = pattern.replace(
    /\*\*\/?|\*|\?|\\(.)|(\[\^?[^\]/]+\])|./gs,
    (token, escaped?: string, group?: string, offset = 0) => {
      if (token.startsWith('**')) return offset + token.length === pattern.length ? '.*' : '(?:.*/)?';
      if (token === '*') return '[^/]*';
      if (token === '?') return '[^/]';
      return group ?? (escaped ?? token).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    },
  );
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return undefined;
  }
}
