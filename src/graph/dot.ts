import type { Graph, GraphNode } from './graph.ts';

const SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  service: 'box',
  database: 'cylinder',
  queue: 'cds',
  gateway: 'hexagon',
  external: 'oval',
};

/** Writes a graph in Graphviz's language. */
export function toDot({ nodes, edges }: Graph): string {
  const lines = nodes.map(
    (node) =>
      `  ${quote(node.id)} [shape=${SHAPES[node.kind]}, label=${quote([node.label, ...node.details].join('\n'))}];`,
  );
  const arrows = edges.map((edge) => `  ${quote(edge.from)} -> ${quote(edge.to)} [label=${quote(edge.label)}];`);
  return `${['digraph system {', '  rankdir=LR;', ...lines, ...arrows, '}'].join('\n')}\n`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
