import type { Severity } from '../rule.ts';
import type { Report } from './report.ts';

const severities: Readonly<Record<Severity, string>> = { error: 'major', warning: 'minor', info: 'info' };

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export const gitlab: Report = ({ findings }) => {
  const issues = findings.map((finding) => ({
    description: `${finding.message}. ${finding.remedy}`,
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: severities[finding.severity],
    location: {
      path: finding.file,
      positions: {
        begin: { line: finding.line, column: finding.column },
        end: { line: finding.endLine, column: finding.endColumn },
      },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
};
