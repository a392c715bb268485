import type { Graph, GraphNode } from './graph.ts';

const SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  service: 'box',
  database: 'cylinder',
  queue: 'cds',
  gateway: 'hexagon',
  external: 'oval',
};

/** Writes a graph in Graphviz's language. The class of a node is its kind, the tooltip of an edge where it is said. */
export function toDot({ nodes, edges }: Graph): string {
  const lines = nodes.map(
    ({ id, kind, label, details }) =>
      `  ${quote(id)} [class=${kind}, shape=${SHAPES[kind]}, label=${quote([label, ...details].join('\n'))}];`,
  );
  const arrows = edges.map(
    ({ from, to, kind, label, places }) =>
      `  ${quote(from)} -> ${quote(to)} [class=${kind}, label=${quote(label)}, tooltip=${quote(places.join('\n'))}];`,
  );
  const defaults = [
    '  graph [rankdir=LR, nodesep=0.35, ranksep=0.9, pad=0.2];',
    '  node [fontname="Helvetica", fontsize=11, margin="0.18,0.09"];',
    '  edge [fontname="Helvetica", fontsize=9, arrowsize=0.7];',
  ];
  return `${['digraph system {', ...defaults, ...lines, ...arrows, '}'].join('\n')}\n`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
