import type { Location, SourceFile } from '../source-file.ts';

/** One version clause, for example `>=2.0`. */
export interface VersionClause {
  readonly operator: string;
  readonly version: string;
}

/** A dependency as PEP 508 writes it. */
export interface Requirement extends Location {
  /** The normalised name (PEP 503): lower case, runs of `-_.` as one dash. */
  readonly name: string;
  readonly written: string;
  readonly extras: readonly string[];
  readonly clauses: readonly VersionClause[];
  /** Taken from an address or a path instead of an index. */
  readonly direct: boolean;
  readonly marker: string | undefined;
  /** The dependency group, extra or file that it belongs to; undefined for the project's own dependencies. */
  readonly group: string | undefined;
}

/** The name of a distribution as indexes compare it (PEP 503). */
export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

const REQUIREMENT =
  /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(@\s*\S+|\(?[^;#]*\)?)?\s*(?:;\s*([^#]*))?/;

/**
 * Reads one PEP 508 requirement.
 *
 * @param text the requirement
 * @param place where it stands
 * @returns undefined when it is none
 */
export function parseRequirement(text: string, place: Location, group?: string): Requirement | undefined {
  const match = REQUIREMENT.exec(text);
  const written = match?.[1];
  if (match === null || written === undefined) return undefined;
  const rest = (match[3] ?? '').trim();
  const direct = rest.startsWith('@');
  if (!direct && rest !== '' && !/^\(?\s*[=<>!~]/.test(rest)) return undefined;
  return {
    name: normalizeName(written),
    written,
    extras: (match[2] ?? '')
      .split(',')
      .map((extra) => extra.trim())
      .filter((extra) => extra !== ''),
    clauses: direct ? [] : parseClauses(rest),
    direct,
    marker: match[4]?.trim(),
    group,
    ...place,
  };
}

/** The clauses of a version specifier, `>=3.11,<4` → two. */
export function parseClauses(text: string): readonly VersionClause[] {
  return [...text.matchAll(/(===|==|~=|!=|<=|>=|<|>)\s*([^\s,;()]+)/g)].map((match) => ({
    operator: match[1] ?? '',
    version: match[2] ?? '',
  }));
}

/** A requirements file: what it demands, and which other files it names. */
export interface RequirementsFile {
  readonly file: SourceFile;
  readonly requirements: readonly Requirement[];
  /** Files named by `-r` and `-c`, as written. */
  readonly includes: readonly { readonly path: string; readonly constraint: boolean }[];
  /** Whether every line carries a hash, as pip-compile or uv write it. */
  readonly hashed: boolean;
}

/** Reads a requirements file with comments, continuations, options and nested files. */
export function parseRequirementsFile(file: SourceFile): RequirementsFile {
  const requirements: Requirement[] = [];
  const includes: { path: string; constraint: boolean }[] = [];
  const group = /dev|test|lint|doc|ci/i.test(file.path.split('/').pop() ?? '') ? file.path : undefined;
  let hashes = 0;
  const line = /(?:[^\r\n\\]|\\(?:\r?\n|.)|\\$)+/g;
  for (const match of file.text.matchAll(line)) {
    const joined = match[0].replaceAll(/\\\r?\n/g, '  ');
    const text = joined.replace(/(^|\s)#.*$/, '').trimEnd();
    if (text.trim() === '') continue;
    const start = match.index + (text.length - text.trimStart().length);
    const option = /^\s*(-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(text);
    if (option) {
      includes.push({ path: option[2] ?? '', constraint: /-c/.test(option[1] ?? '') });
      continue;
    }
    if (/^\s*-/.test(text)) continue;
    if (text.includes('--hash=')) hashes++;
    const bare = text.replace(/\s--[a-z].*$/, '').trimEnd();
    const range = { start, end: match.index + bare.length };
    const requirement = parseRequirement(bare, { file, range }, group);
    if (requirement) requirements.push(requirement);
  }
  return { file, requirements, includes, hashed: requirements.length > 0 && hashes >= requirements.length };
}
