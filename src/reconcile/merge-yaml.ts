import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Versions } from './merge-lines.ts';
import { CLASH, isSame, mergeLists } from './merge-values.ts';

/**
 * Merges three YAML texts by key, keeping the comments, the order and the layout of `ours` where it was not changed.
 *
 * @returns the merged text, or undefined where the sides clash or the texts use what cannot be merged by key (anchors)
 */
export function mergeYaml({ base, ours, theirs }: Versions): string | undefined {
  const [baseDocuments, ourDocuments, theirDocuments] = [base, ours, theirs].map(parseDocuments);
  if (baseDocuments === undefined || ourDocuments === undefined || theirDocuments === undefined) return undefined;
  if (ourDocuments.length !== theirDocuments.length || ourDocuments.length !== baseDocuments.length) return undefined;
  for (const [index, document] of ourDocuments.entries()) {
    const merged = mergeNode(
      (baseDocuments[index]?.contents ?? null) as Node | null,
      document.contents as Node | null,
      (theirDocuments[index]?.contents ?? null) as Node | null,
    );
    if (merged === CLASH) return undefined;
    document.contents = merged as typeof document.contents;
  }
  return ourDocuments.map((document) => document.toString({ lineWidth: 0 })).join('');
}

/**
 * Whether every comment that `ours` has and `base` has not is still in a merged text: values may be merged by key, but a
 * comment of the user's that hangs on what goes would go along unseen.
 */
export function keepsComments(merged: string, { base, ours }: Versions): boolean {
  const [before, after] = [commentsOf(base), commentsOf(merged)];
  return [...commentsOf(ours)].every(([comment, count]) => {
    const old = before.get(comment) ?? 0;
    return count <= old || (after.get(comment) ?? 0) >= count - old;
  });
}

/** Comment → how often it stands there. */
function commentsOf(text: string): ReadonlyMap<string, number> {
  const comments = new Map<string, number>();
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const comment = token.trim();
    if (!isScalar && comment.startsWith('#')) comments.set(comment, (comments.get(comment) ?? 0) + 1);
    isScalar = token === SCALAR;
  }
  return comments;
}

/** What the lexer puts before the text of a scalar (`tokenType` of yaml's `cst`). */
const SCALAR = '\u001f';

function parseDocuments(text: string): readonly Document[] | undefined {
  const documents = parseAllDocuments(text, { keepSourceTokens: false });
  if (!Array.isArray(documents)) return [];
  for (const document of documents as Document[]) {
    if (document.errors.length > 0) return undefined;
    let usesAnchors = false;
    visit(document, {
      Alias: () => {
        usesAnchors = true;
        return visit.BREAK;
      },
    });
    if (usesAnchors) return undefined;
  }
  return documents as Document[];
}

function mergeNode(base: Node | null, ours: Node | null, theirs: Node | null): Node | null | typeof CLASH {
  if (sameNodes(ours, theirs) || sameNodes(base, theirs)) return ours;
  if (isMap(ours) && isMap(theirs)) return mergeMaps(isMap(base) ? base : undefined, ours, theirs);
  if (isSeq(ours) && isSeq(theirs)) return mergeSequences(isSeq(base) ? base : undefined, ours, theirs);
  // Not before: equal values may carry comments further down.
  if (sameNodes(base, ours)) return withCommentsOf(ours, theirs);
  return CLASH;
}

/** A newer value under the comments that stood at the older one. */
function withCommentsOf(ours: Node | null, theirs: Node | null): Node | null {
  if (ours === null || theirs === null) return theirs;
  if (ours.commentBefore) theirs.commentBefore = ours.commentBefore;
  if (ours.comment) theirs.comment = ours.comment;
  return theirs;
}

function mergeMaps(base: YAMLMap | undefined, ours: YAMLMap, theirs: YAMLMap): YAMLMap | typeof CLASH {
  const items = [...ours.items] as Pair[];
  const isSorted = [ours, theirs].every(hasSortedKeys);
  let position = 0;
  for (const pair of theirs.items as Pair[]) {
    const index = items.findIndex((item) => keyOf(item) === keyOf(pair));
    const before = pairOf(base, keyOf(pair));
    const mine = items[index];
    if (mine === undefined) {
      if (before === undefined) {
        const next = isSorted ? items.findIndex((item) => keyOf(item) > keyOf(pair)) : position;
        items.splice(next === -1 ? items.length : next, 0, pair);
        position += 1;
      } else if (!sameNodes(nodeOf(before), nodeOf(pair))) {
        return CLASH;
      }
      continue;
    }
    const merged = mergeNode(before === undefined ? null : nodeOf(before), nodeOf(mine), nodeOf(pair));
    if (merged === CLASH) return CLASH;
    mine.value = merged;
    position = index + 1;
  }
  for (const before of (base?.items ?? []) as Pair[]) {
    if (pairOf(theirs, keyOf(before)) !== undefined) continue;
    const index = items.findIndex((item) => keyOf(item) === keyOf(before));
    const mine = items[index];
    if (mine === undefined) continue;
    if (!sameNodes(nodeOf(mine), nodeOf(before))) return CLASH;
    items.splice(index, 1);
  }
  ours.items = items as typeof ours.items;
  return ours;
}

function hasSortedKeys({ items }: YAMLMap): boolean {
  const keys = (items as Pair[]).map(keyOf);
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
}

function mergeSequences(base: YAMLSeq | undefined, ours: YAMLSeq, theirs: YAMLSeq): YAMLSeq | typeof CLASH {
  const nodes = new Map<string, unknown>();
  const textsOf = (sequence: YAMLSeq | undefined): readonly string[] =>
    (sequence?.items ?? []).map((item) => {
      const text = JSON.stringify((item as Node).toJSON());
      if (sequence !== base && !nodes.has(text)) nodes.set(text, item);
      return text;
    });
  const [oursTexts, theirsTexts, baseTexts] = [textsOf(ours), textsOf(theirs), textsOf(base)];
  const merged = mergeLists(baseTexts, oursTexts, theirsTexts);
  if (merged === CLASH) return CLASH;
  ours.items = merged.map((text) => nodes.get(text));
  return ours;
}

function sameNodes(left: Node | null, right: Node | null): boolean {
  return isSame(left?.toJSON() ?? null, right?.toJSON() ?? null);
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function nodeOf(pair: Pair): Node | null {
  return (pair.value ?? null) as Node | null;
}

function pairOf(map: YAMLMap | undefined, key: string): Pair | undefined {
  return (map?.items as Pair[] | undefined)?.find((pair) => keyOf(pair) === key);
}
