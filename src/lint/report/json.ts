import type { Finding } from '../finding.ts';
import { countFindings, type Report } from './report.ts';

/** One JSON document; the names are part of the public contract. */
export const json: Report = ({ findings, files, suppressed, known, stale, fixed }) => {
  const { errors, warnings, infos, fixable } = countFindings(findings);
  const summary = { files, errors, warnings, infos, fixable, fixed, suppressed, baseline: { known, stale } };
  return `${JSON.stringify({ findings: findings.map(plain), summary }, null, 2)}\n`;
};

function plain(finding: Finding) {
  const { rule, severity, message, remedy, file, line, column, endLine, endColumn, related, url, fingerprint } =
    finding;
  return {
    ...{ rule, severity, message, remedy, file, line, column, endLine, endColumn },
    related: related.map((place) => ({
      file: place.file,
      line: place.line,
      column: place.column,
      message: place.message,
    })),
    fixable: finding.fix.length > 0,
    ...{ url, fingerprint },
  };
}
