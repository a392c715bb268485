import type { Finding } from '../finding.ts';
import type { Severity } from '../rule.ts';
import { countFindings, plural, type Report, type Style } from './report.ts';

/** A code frame shows at most this many lines of a long range. */
const maximumLines = 4;
const maximumWidth = 160;

/** For people: each finding with the code it is about, what to do, and where the rule is explained. */
export const pretty: Report = (input, style) => {
  const parts: string[] = [];
  let file: string | undefined;
  for (const finding of input.findings) {
    if (finding.file !== file) parts.push(`${style.paint.bold(finding.file)}\n`);
    file = finding.file;
    parts.push(`${block(finding, style)}\n`);
  }
  return `${parts.join('\n')}${parts.length > 0 ? '\n' : ''}${summary(input, style)}\n`;
};

function block(finding: Finding, style: Style): string {
  const { paint } = style;
  const colour = colourOf(finding.severity, style);
  const place = paint.dim(`${finding.line}:${finding.column}`);
  const rule = style.links ? link(finding.rule, finding.url) : finding.rule;
  return [
    `  ${place} ${colour(finding.severity)} ${finding.message}  ${paint.dim(rule)}`,
    ...frame(finding, style).map((line) => `  ${line}`),
    ...finding.related.map(
      (place) => `    ${paint.dim('see')} ${place.file}:${place.line}:${place.column} ${paint.dim(place.message)}`,
    ),
    `    ${paint.cyan('=')} ${finding.remedy}${finding.fix.length > 0 ? paint.dim(' (--fix does it)') : ''}`,
  ].join('\n');
}

function frame(finding: Finding, style: Style): readonly string[] {
  const { file } = finding.where;
  const { paint } = style;
  const colour = colourOf(finding.severity, style);
  const last = Math.max(finding.line, finding.endColumn === 1 ? finding.endLine - 1 : finding.endLine);
  const shown = Math.min(last, finding.line + maximumLines - 1);
  const width = String(shown).length;
  const lines: string[] = [];
  for (let line = finding.line; line <= shown; line++) {
    const start = file.lineStarts[line - 1] ?? 0;
    const whole = file.text.slice(start, file.lineStarts[line] ?? file.text.length).replace(/[\r\n]+$/, '');
    const text = visible(whole.slice(0, maximumWidth));
    lines.push(`${paint.dim(`${String(line).padStart(width)} |`)} ${text}`);
    const from = line === finding.line ? finding.column - 1 : (/^\s*/.exec(whole)?.[0].length ?? 0);
    const to = Math.min(line === finding.endLine ? finding.endColumn - 1 : whole.length, maximumWidth);
    if (from < maximumWidth)
      lines.push(
        `${paint.dim(`${' '.repeat(width)} |`)} ${' '.repeat(from)}${colour('^'.repeat(Math.max(1, to - from)))}`,
      );
  }
  if (shown < last) lines.push(paint.dim(`${' '.repeat(width)} | … ${plural(last - shown, 'more line')}`));
  return lines;
}

function summary(input: Parameters<Report>[0], { paint }: Style): string {
  const { errors, warnings, infos, fixable } = countFindings(input.findings);
  const asides = [
    ...(input.fixed > 0 ? [`${input.fixed} fixed`] : []),
    ...(fixable > 0 ? [`${fixable} fixable with --fix`] : []),
    ...(input.suppressed > 0 ? [`${input.suppressed} suppressed`] : []),
    ...(input.known > 0 ? [`${input.known} in the baseline`] : []),
    ...(input.stale > 0
      ? [`${plural(input.stale, 'baseline entry').replace('entrys', 'entries')} no longer found (--update-baseline)`]
      : []),
  ];
  const tail = paint.dim([`${plural(input.files, 'file')}`, ...asides].join(' · '));
  if (input.findings.length === 0) return `${paint.bold('Nothing to report.')} ${tail}`;
  const counts = [
    ...(errors > 0 ? [paint.red(plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [paint.yellow(plural(warnings, 'warning'))] : []),
    ...(infos > 0 ? [paint.blue(plural(infos, 'note'))] : []),
  ];
  return `${counts.join(', ')}  ${tail}`;
}

function colourOf(severity: Severity, { paint }: Style): (text: string) => string {
  return { error: paint.red, warning: paint.yellow, info: paint.blue }[severity];
}

/** A terminal hyperlink: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
function link(text: string, url: string): string {
  return `\u001B]8;;${url}\u0007${text}\u001B]8;;\u0007`;
}

/** One column for each UTF-16 unit, and nothing that a terminal would obey. */
function visible(text: string): string {
  return text.replace(/\t/g, ' ').replace(/\p{Cc}/gu, '\uFFFD');
}
