import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { SlotKind } from './feature.ts';

/** One feature's part of a slot. */
export interface SlotFragment {
  /** `feature/file`, for messages. */
  readonly origin: string;
  readonly text: string;
}

/**
 * Joins what features put into a slot.
 *
 * @param kind `text`: one after the other, a blank line between. `lines`: all lines, sorted, each once. `yaml`: merged by
 *   key, maps deeply (entries of a top-level map sorted) and sequences end to end, comments kept.
 * @returns the text without a final line break; empty where nobody contributed
 * @throws UserError where a fragment is not YAML or two fragments give one key two values
 */
export function fillSlot(kind: SlotKind, fragments: readonly SlotFragment[]): string {
  const filled = fragments.filter(({ text }) => text.trim() !== '');
  switch (kind) {
    case 'text':
      return filled.map(({ text }) => text.replace(/^\n+|\s+$/g, '')).join('\n\n');
    case 'lines':
      return [...new Set(filled.flatMap(({ text }) => text.split('\n')).filter((line) => line !== ''))]
        .sort(compareText)
        .join('\n');
    case 'yaml':
      return mergeYaml(filled);
  }
}

function mergeYaml(fragments: readonly SlotFragment[]): string {
  const [first, ...others] = fragments;
  if (first === undefined) return '';
  const merged = parseMap(first);
  for (const fragment of others) mergeMaps(merged.map, parseMap(fragment).map, fragment.origin, []);
  return merged.document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function parseMap({ origin, text }: SlotFragment): { document: Document; map: YAMLMap } {
  const document = parseDocument(text);
  const mistake = document.errors[0];
  if (mistake !== undefined) throw new UserError(mistake.message, { place: { file: origin } });
  if (!isMap(document.contents))
    throw new UserError('a fragment of a YAML slot is a mapping', { place: { file: origin } });
  return { document: document as Document, map: document.contents };
}

function mergeMaps(target: YAMLMap, source: YAMLMap, origin: string, path: readonly string[]): void {
  for (const pair of source.items as Pair<Node, Node | null>[]) {
    const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
    const existing = (target.items as Pair<Node, Node | null>[]).find(
      (item) => isScalar(item.key) && String(item.key.value) === name,
    );
    if (existing === undefined) insert(target, pair, name, path.length === 1);
    else if (isMap(existing.value) && isMap(pair.value)) mergeMaps(existing.value, pair.value, origin, [...path, name]);
    else if (isSeq(existing.value) && isSeq(pair.value)) existing.value.items.push(...pair.value.items);
    else if (JSON.stringify(existing.value) !== JSON.stringify(pair.value)) {
      throw new UserError(`${[...path, name].join('.')} is set to something else by another feature`, {
        place: { file: origin },
      });
    }
  }
}

/** Entries one level down (services, volumes) are kept sorted: what is added to one place moves nothing else. */
function insert(target: YAMLMap, pair: Pair<Node, Node | null>, name: string, sorted: boolean): void {
  const keys = (target.items as Pair<Node, Node | null>[]).map(({ key }) =>
    isScalar(key) ? String(key.value) : String(key),
  );
  const later = sorted ? keys.findIndex((key) => compareText(name, key) < 0) : -1;
  target.items.splice(later === -1 ? keys.length : later, 0, pair);
}
