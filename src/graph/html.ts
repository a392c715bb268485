import type { Graph } from './graph.ts';
import { toSvg } from './svg.ts';

const STYLE = `
:root{color-scheme:light dark;--bg:#ffffff;--fg:#1f2933;--muted:#52606d;--line:#cbd2d9;--panel:#f5f7fa}
@media (prefers-color-scheme:dark){:root{--bg:#12181f;--fg:#e4e9ee;--muted:#9aa5b1;--line:#323f4b;--panel:#1a222b}}
*{box-sizing:border-box}
body{margin:0;height:100vh;display:flex;font:15px/1.5 ui-sans-serif,system-ui,sans-serif;background:var(--bg);color:var(--fg)}
main{flex:1;overflow:hidden;cursor:grab;touch-action:none}
main:active{cursor:grabbing}
main svg{width:100%;height:100%;display:block}
aside{width:22rem;overflow:auto;padding:1rem;border-left:1px solid var(--line);background:var(--panel)}
h1{font-size:1.1rem;margin:0 0 .5rem}
h2{font-size:1rem;margin:1rem 0 .25rem}
input{width:100%;padding:.4rem .6rem;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px}
ul{margin:0;padding-left:1.1rem}
code{font-size:.85em;color:var(--muted)}
.dim{opacity:.15}
.node{cursor:pointer}
`;

/** Runs in the browser: the wheel zooms, dragging moves, a click or a typed name shows one node with what it is joined to. */
const SCRIPT = `
const graph = JSON.parse(document.getElementById('graph').textContent);
const svg = document.querySelector('main svg'), info = document.getElementById('info'), search = document.querySelector('input');
svg.removeAttribute('width'); svg.removeAttribute('height');
let box = svg.viewBox.baseVal; const whole = [box.x, box.y, box.width, box.height];
const show = (x, y, w, h) => svg.setAttribute('viewBox', [x, y, w, h].join(' '));
svg.addEventListener('wheel', (event) => { event.preventDefault(); const k = event.deltaY < 0 ? 0.85 : 1 / 0.85;
  const r = svg.getBoundingClientRect(), fx = (event.clientX - r.x) / r.width, fy = (event.clientY - r.y) / r.height; box = svg.viewBox.baseVal;
  show(box.x + box.width * fx * (1 - k), box.y + box.height * fy * (1 - k), box.width * k, box.height * k); }, { passive: false });
let from; svg.addEventListener('pointerdown', (event) => { from = [event.clientX, event.clientY]; });
addEventListener('pointerup', () => { from = undefined; });
addEventListener('pointermove', (event) => { if (!from) return; const r = svg.getBoundingClientRect(); box = svg.viewBox.baseVal;
  const s = Math.max(box.width / r.width, box.height / r.height);
  show(box.x - (event.clientX - from[0]) * s, box.y - (event.clientY - from[1]) * s, box.width, box.height); from = [event.clientX, event.clientY]; });
const nodes = [...svg.querySelectorAll('g.node')].map((element) => ({ element, index: graph.nodes.findIndex(({ id }) => id === element.querySelector('title').textContent) }));
const edges = [...svg.querySelectorAll('g.edge')].map((element) => ({ element, ends: element.querySelector('title').textContent.split('->').map((end) => graph.nodes.findIndex(({ id }) => id === end)) }));
const item = (list, text, code) => { const li = document.createElement('li'); li.append(text + ' '); if (code) { const c = document.createElement('code'); c.textContent = code; li.append(c); } list.append(li); };
function select(index) {
  for (const { element } of [...nodes, ...edges]) element.classList.toggle('dim', index !== undefined);
  info.replaceChildren(); if (index === undefined) return;
  const node = graph.nodes[index]; const near = new Set([index]);
  for (const { element, ends } of edges) if (ends.includes(index)) { element.classList.remove('dim'); ends.forEach((end) => near.add(end)); }
  for (const { element, index: at } of nodes) if (near.has(at)) element.classList.remove('dim');
  const title = document.createElement('h2'); title.textContent = node.label + ' (' + node.kind + ')'; info.append(title);
  const list = document.createElement('ul'); node.details.forEach((text) => item(list, text));
  for (const edge of graph.edges) { if (edge.from !== node.id && edge.to !== node.id) continue;
    const other = graph.nodes.find(({ id }) => id === (edge.from === node.id ? edge.to : edge.from)).label;
    item(list, (edge.from === node.id ? edge.kind + ' → ' : edge.kind + ' ← ') + other, edge.places.join(', ')); }
  info.append(list);
}
for (const { element, index } of nodes) element.addEventListener('click', (event) => { event.stopPropagation(); select(index); });
svg.addEventListener('click', () => select());
search.addEventListener('input', () => { const text = search.value.trim().toLowerCase(); const found = graph.nodes.findIndex(({ label }) => text && label.toLowerCase().includes(text)); select(found < 0 ? undefined : found); });
addEventListener('keydown', (event) => { if (event.key === 'Escape') { search.value = ''; select(); show(...whole); } });
`;

/** One self-contained page: the drawing, to move and zoom in, with what each node is joined to and the places that say so. */
export async function toHtml(graph: Graph): Promise<string> {
  const counts = new Map<string, number>();
  for (const { kind } of graph.nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const summary = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'nothing';
  // `<` is escaped, so that no label ends the script.
  const data = JSON.stringify(graph).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>System</title>
<style>${STYLE}</style>
</head>
<body>
<main>${await toSvg(graph)}</main>
<aside>
<h1>System</h1>
<p>${summary}. The wheel zooms, dragging moves, a click shows what something is joined to; Escape shows all.</p>
<input type="search" placeholder="Find" aria-label="Find">
<div id="info"></div>
</aside>
<script type="application/json" id="graph">${data}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
