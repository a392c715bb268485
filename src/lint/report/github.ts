import type { Severity } from '../rule.ts';
import type { Report } from './report.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands, which GitHub shows as annotations: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
export const github: Report = ({ findings }) =>
  findings
    .map((finding) => {
      const { file, line, endLine, column, endColumn, rule } = finding;
      // GitHub refuses columns on an annotation of several lines.
      const columns = line === endLine ? { col: column, endColumn } : {};
      const properties = Object.entries({ file, line, endLine, ...columns, title: rule });
      const written = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
      return `::${commands[finding.severity]} ${written}::${data(`${finding.message}. ${finding.remedy}`)}\n`;
    })
    .join('');

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
