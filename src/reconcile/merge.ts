import { parse as parseToml } from 'smol-toml';
import { parseAllDocuments } from 'yaml';
import { type Merged, mergeLines, type Settle, type Versions, wholeConflict } from './merge-lines.ts';
import { CLASH, isSame, mergeAdditions, mergeValues } from './merge-values.ts';
import { keepsComments, mergeYaml } from './merge-yaml.ts';

/** What is known of a structured format. */
interface Format {
  /** The value of a text. @throws where the text is not of this format */
  readonly parse: (text: string) => unknown;
  /** Merges by key where merging by lines does not do. */
  readonly merge: (versions: Versions) => string | undefined;
  readonly settle?: Settle;
}

const YAML: Format = {
  parse(text) {
    const documents = parseAllDocuments(text, { uniqueKeys: true });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS({ maxAliasCount: 1000 }) as unknown;
    });
  },
  merge(versions) {
    const merged = mergeYaml(versions);
    return merged !== undefined && keepsComments(merged, versions) ? merged : undefined;
  },
  settle: (ours, base, theirs) => settleEntries(/^\s*- [^:{[]*$/, ours, base, theirs),
};

const JSON_FORMAT: Format = {
  parse: (text) => JSON.parse(text) as unknown,
  merge({ base, ours, theirs }) {
    const merged = mergeValues(JSON.parse(base), JSON.parse(ours), JSON.parse(theirs));
    if (merged === CLASH) return undefined;
    const indent = /^([ \t]+)"/m.exec(ours)?.[1] ?? '  ';
    return `${JSON.stringify(merged, null, indent)}${ours.endsWith('\n') ? '\n' : ''}`;
  },
};

/** No library writes TOML with its comments, so what lines cannot settle is a clash; entries of a list they can. */
const TOML: Format = {
  parse: (text) => parseToml(text),
  merge: () => undefined,
  settle: (ours, base, theirs) => settleEntries(/^\s*(?:"[^"]*"|'[^']*'),$/, ours, base, theirs),
};

const FORMATS: Readonly<Record<string, Format>> = {
  yaml: YAML,
  yml: YAML,
  json: JSON_FORMAT,
  toml: TOML,
};

/**
 * Merges what the user and the tool made of one text. A structured file is merged by lines where the result means what
 * merging by key means (so its layout stays), else by key; what was merged is parsed again. Where nothing holds, git's
 * markers show the clash.
 *
 * @param path decides the format, by its extension
 * @param versions the three texts
 */
export function mergeText(path: string, versions: Versions): Merged {
  const format = FORMATS[/\.([a-z]+)$/.exec(path)?.[1] ?? ''];
  const byLines = mergeLines(versions, format?.settle);
  if (format === undefined || !parses(format, versions.ours) || !parses(format, versions.theirs)) return byLines;
  const structured = parses(format, versions.base) ? format.merge(versions) : undefined;
  const isClean = byLines.conflicts === 0 && parses(format, byLines.text);
  if (structured !== undefined && parses(format, structured)) {
    const agrees = isClean && isSame(format.parse(byLines.text), format.parse(structured));
    return agrees ? byLines : { text: structured, conflicts: 0 };
  }
  if (isClean) return byLines;
  return byLines.conflicts > 0 ? byLines : wholeConflict(versions);
}

function parses(format: Format, text: string): boolean {
  try {
    format.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where every line is an entry of a list, both sides' new entries stay. */
function settleEntries(
  entry: RegExp,
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[],
): readonly string[] | undefined {
  if (![...ours, ...base, ...theirs].every((line) => entry.test(line))) return undefined;
  return mergeAdditions(ours, base, theirs);
}
