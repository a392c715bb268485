import type { Graph, GraphNode } from './graph.ts';

const SHAPES: Readonly<Record<GraphNode['kind'], readonly [string, string]>> = {
  service: ['[', ']'],
  database: ['[(', ')]'],
  queue: ['>', ']'],
  gateway: ['{{', '}}'],
  external: ['([', '])'],
};

/** Writes a graph as a Mermaid flowchart. */
export function toMermaid({ nodes, edges }: Graph): string {
  const names = new Map(nodes.map((node, index) => [node.id, `n${index}`]));
  const lines = nodes.map((node) => {
    const [open, close] = SHAPES[node.kind];
    return `  ${names.get(node.id)}${open}"${quote([node.label, ...node.details].join('<br>'))}"${close}`;
  });
  const arrows = edges.map((edge) => `  ${names.get(edge.from)} -- "${quote(edge.label)}" --> ${names.get(edge.to)}`);
  return `${['flowchart LR', ...lines, ...arrows].join('\n')}\n`;
}

function quote(text: string): string {
  return text.replaceAll('"', '#quot;');
}
