import type { Finding } from '../finding.ts';
import { countFindings, plural, type Report } from './report.ts';

/** GitHub refuses comments over 65,536 characters. */
const maximumRows = 100;

/** A summary for job summaries and merge-request comments. */
export const markdown: Report = ({ findings, files, suppressed, known }) => {
  const { errors, warnings, infos, fixable } = countFindings(findings);
  const counts = [plural(errors, 'error'), plural(warnings, 'warning'), ...(infos > 0 ? [plural(infos, 'note')] : [])];
  const lines = [`### msvc lint: ${findings.length === 0 ? 'nothing to report' : counts.join(', ')}`, ''];
  const asides = [
    `${plural(files, 'file')} read`,
    ...(fixable > 0 ? [`${fixable} fixable with \`msvc lint --fix\``] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(known > 0 ? [`${known} in the baseline`] : []),
  ];
  lines.push(`${asides.join(' · ')}`, '');
  if (findings.length > 0) {
    lines.push('| | Where | What | Rule |', '|---|---|---|---|', ...findings.slice(0, maximumRows).map(row));
    if (findings.length > maximumRows) lines.push('', `… and ${findings.length - maximumRows} more.`);
    lines.push('');
  }
  return lines.join('\n');
};

function row({ severity, file, line, message, remedy, rule, url }: Finding): string {
  return `| ${severity} | \`${cell(`${file}:${line}`)}\` | ${cell(message)}. ${cell(remedy)} | [${rule}](${url}) |`;
}

function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|`<\\]/g, (found) => (found === '<' ? '&lt;' : `\\${found}`));
}
