import type { Finding } from '../finding.ts';
import { countFindings, plural, type Report } from './report.ts';

/** Lines of context around a finding. */
const context = 2;
const maximumLines = 12;

/** One page that needs nothing else: findings with their code, filters by text, severity and domain, and the drawn system. */
export const html: Report = (input) => {
  const { findings, files, suppressed, known, version, drawing } = input;
  const { errors, warnings, infos } = countFindings(findings);
  const domains = [...new Set(findings.map((finding) => finding.rule.split('/')[0] ?? ''))].sort();
  const asides = [
    plural(files, 'file'),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(known > 0 ? [`${known} in the baseline`] : []),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>msvc lint: ${findings.length === 0 ? 'nothing to report' : plural(findings.length, 'finding')}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>msvc lint</h1>
<p><strong class="error">${plural(errors, 'error')}</strong> <strong class="warning">${plural(warnings, 'warning')}</strong> <strong class="info">${plural(infos, 'note')}</strong> <span>${escaped(asides.join(' · '))}</span></p>
<form id="filters" role="search">
<label>Filter <input id="text" type="search" placeholder="rule, file or message"></label>
${['error', 'warning', 'info'].map((severity) => `<label><input type="checkbox" name="severity" value="${severity}" checked> ${severity === 'info' ? 'note' : severity}</label>`).join('\n')}
<label>About <select id="domain"><option value="">everything</option>${domains.map((domain) => `<option>${escaped(domain)}</option>`).join('')}</select></label>
<output id="shown" aria-live="polite"></output>
</form>
</header>
<main>
${drawing === undefined ? '' : `<details class="system" open><summary>The system as its files say it is</summary>${drawing}</details>`}
${findings.length === 0 ? '<p class="empty">Nothing to report.</p>' : [...groups(findings)].map(([file, own]) => section(file, own)).join('\n')}
</main>
<footer>create-microservice ${escaped(version)}</footer>
<script>${script}</script>
</body>
</html>
`;
};

function groups(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  return byFile;
}

function section(file: string, findings: readonly Finding[]): string {
  return `<section><h2>${escaped(file)}</h2>\n${findings.map(article).join('\n')}\n</section>`;
}

function article(finding: Finding): string {
  const { rule, severity, message, remedy, line, column, related, url, fix } = finding;
  const words = [rule, finding.file, message].join(' ').toLowerCase();
  const also = related.map(
    (place) =>
      `<li><code>${escaped(`${place.file}:${place.line}:${place.column}`)}</code> ${escaped(place.message)}</li>`,
  );
  return `<article class="${severity}" data-severity="${severity}" data-domain="${escaped(rule.split('/')[0] ?? '')}" data-text="${escaped(words)}">
<h3><span class="badge">${severity === 'info' ? 'note' : severity}</span> ${escaped(message)} <a href="${escaped(url)}">${escaped(rule)}</a></h3>
<pre aria-label="line ${line}, column ${column}">${frame(finding)}</pre>
${also.length > 0 ? `<ul>${also.join('')}</ul>` : ''}<p>${escaped(remedy)}${fix.length > 0 ? ' <em>msvc lint --fix does it.</em>' : ''}</p>
</article>`;
}

/** The lines around a finding, what it covers marked. */
function frame({ where, line, endLine }: Finding): string {
  const { file, range } = where;
  const starts = file.lineStarts;
  const first = Math.max(1, line - context);
  const last = Math.min(starts.length, Math.min(endLine, line + maximumLines) + context);
  const rows: string[] = [];
  for (let number = first; number <= last; number++) {
    const start = starts[number - 1] ?? 0;
    const end = starts[number] ?? file.text.length;
    const text = file.text.slice(start, end).replace(/[\r\n]+$/, '');
    if (number > endLine && number === starts.length && text === '') break;
    const from = Math.min(Math.max(range.start - start, 0), text.length);
    const to = Math.min(Math.max(range.end - start, 0), text.length);
    const marked =
      to > from
        ? `${escaped(text.slice(0, from))}<mark>${escaped(text.slice(from, to))}</mark>${escaped(text.slice(to))}`
        : escaped(text);
    rows.push(`<span class="number">${String(number).padStart(5)}</span> ${marked}`);
  }
  return rows.join('\n');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (unit) => entities[unit] ?? unit).replace(/[^\P{Cc}\t\n]/gu, '\uFFFD');
}

const style = `
:root { color-scheme: light dark; --error: #b3261e; --warning: #8a5a00; --info: #1f5fa8; --line: #8884; --mark: #ffd54f66; }
@media (prefers-color-scheme: dark) { :root { --error: #ff8a80; --warning: #ffcc66; --info: #8ab4f8; --mark: #ffd54f33; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem; }
header { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: .5rem 0; z-index: 1; }
h1 { font-size: 1.2rem; margin: 0; } h2 { font: 600 1rem ui-monospace, monospace; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; font-weight: 500; margin: 0; } h3 a { font-size: .85rem; }
header p, footer { color: GrayText; margin: .25rem 0; } footer { padding: 2rem 0; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; } #text { min-width: 16rem; }
.error { color: var(--error); } .warning { color: var(--warning); } .info { color: var(--info); }
article { border-left: 4px solid currentColor; padding: .25rem 0 .25rem .75rem; margin: .75rem 0; }
article > * { color: CanvasText; } article .badge { font-weight: 600; } article.error .badge { color: var(--error); } article.warning .badge { color: var(--warning); } article.info .badge { color: var(--info); }
pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; background: #8881; padding: .5rem; margin: .25rem 0; border-radius: 4px; }
mark { background: var(--mark); color: inherit; outline: 1px solid currentColor; border-radius: 2px; } .number { color: GrayText; user-select: none; }
ul { margin: .25rem 0; } article p { margin: .25rem 0; } .system svg { max-width: 100%; height: auto; } .empty { font-size: 1.2rem; } [hidden] { display: none; }`;

const script = `
const text = document.getElementById('text'), domain = document.getElementById('domain'), shown = document.getElementById('shown');
const articles = [...document.querySelectorAll('article')];
function filter() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const severities = new Set([...document.querySelectorAll('[name=severity]:checked')].map((box) => box.value));
  let count = 0;
  for (const article of articles) {
    const { severity, domain: own, text: all } = article.dataset;
    const visible = severities.has(severity) && (!domain.value || domain.value === own) && words.every((word) => all.includes(word));
    article.hidden = !visible;
    if (visible) count++;
  }
  for (const section of document.querySelectorAll('section')) section.hidden = !section.querySelector('article:not([hidden])');
  shown.textContent = articles.length ? count + ' of ' + articles.length + ' shown' : '';
}
document.getElementById('filters').addEventListener('input', filter);
document.getElementById('filters').addEventListener('submit', (event) => event.preventDefault());
filter();`;
