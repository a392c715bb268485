import type { TreeFile } from '../tree/tree.ts';

/**
 * A list with its lines in the order of another: what both have stands as it does there, what the list alone has stays in its
 * place. So two lists that two merges left in different orders are told from lists that differ.
 *
 * @param model the list whose order counts
 * @param list the list that is brought into it
 */
export function inOrderOf(model: TreeFile, list: TreeFile): TreeFile {
  if (typeof model.content !== 'string' || typeof list.content !== 'string') return list;
  const places = new Map<string, number[]>();
  for (const [place, line] of model.content.split('\n').entries()) {
    if (line !== '') places.set(line, [...(places.get(line) ?? []), place]);
  }
  const lines = list.content.replaceAll('\r\n', '\n').split('\n');
  const shared = lines.flatMap((line, index) => {
    const place = places.get(line)?.shift();
    return place === undefined ? [] : [{ line, index, place }];
  });
  const sorted = [...shared].sort((left, right) => left.place - right.place);
  for (const [rank, { index }] of shared.entries()) lines[index] = sorted[rank]?.line ?? '';
  return { ...list, content: lines.join('\n') };
}
