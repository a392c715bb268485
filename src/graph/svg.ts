import { toDot } from './dot.ts';
import type { Graph } from './graph.ts';

/**
 * Colours by kind of node; light by default, dark where the viewer prefers that. A style sheet wins over the attributes
 * that Graphviz writes, so that one file serves both.
 */
const STYLE = `
svg{color-scheme:light dark;font-family:ui-sans-serif,system-ui,sans-serif;background:#ffffff}
.node text{fill:#1f2933}
.node polygon,.node path,.node ellipse{stroke:#52606d;fill:#f5f7fa}
.service polygon{stroke:#2563a8;fill:#e3effb}
.database path{stroke:#2f7d4f;fill:#e5f5eb}
.queue polygon{stroke:#9a6700;fill:#fdf3d8}
.gateway polygon{stroke:#7a3fa0;fill:#f3e8fa}
.edge path{stroke:#52606d}
.edge polygon{stroke:#52606d;fill:#52606d}
.edge text{fill:#52606d}
@media (prefers-color-scheme:dark){
svg{background:#12181f}
.node text{fill:#e4e9ee}
.node polygon,.node path,.node ellipse{stroke:#9aa5b1;fill:#1f2933}
.service polygon{stroke:#7db4ee;fill:#17304a}
.database path{stroke:#7fcf9f;fill:#173626}
.queue polygon{stroke:#e5b95c;fill:#3a2e12}
.gateway polygon{stroke:#c79be6;fill:#33203f}
.edge path{stroke:#9aa5b1}
.edge polygon{stroke:#9aa5b1;fill:#9aa5b1}
.edge text{fill:#b8c2cc}
}
`;

/** Draws a graph as one SVG file that needs nothing else. Graphviz is loaded only here, since it is large. */
export async function toSvg(graph: Graph): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  const svg = graphviz.dot(toDot(graph));
  return svg
    .replace(/^[\s\S]*?(?=<svg)/, '')
    .replace(/(<svg[^>]*>)/, `$1\n<style>${STYLE}</style>`)
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/<polygon fill="white"[^>]*\/>\n?/, '');
}
