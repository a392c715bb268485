import type { Graph } from './graph.ts';

/** Writes a graph as text. */
export type Draw = (graph: Graph) => string | Promise<string>;

/** The ways in which a system is drawn, each loaded when it is asked for. */
export const graphFormats = {
  mermaid: async (): Promise<Draw> => (await import('./mermaid.ts')).toMermaid,
  dot: async (): Promise<Draw> => (await import('./dot.ts')).toDot,
  json: async (): Promise<Draw> => (graph) => `${JSON.stringify(graph, null, 2)}\n`,
  html: async (): Promise<Draw> => (await import('./html.ts')).toHtml,
  svg: async (): Promise<Draw> => (await import('./svg.ts')).toSvg,
} as const;

/** The name of a format. */
export type GraphFormat = keyof typeof graphFormats;
