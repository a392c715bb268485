import type { Finding } from '../finding.ts';
import type { Report } from './report.ts';

/** JUnit XML: a suite for each file, a failed case for each finding; one passing case when there is none. */
export const junit: Report = ({ findings, files }) => {
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  const suites = [...byFile].map(([file, own]) => {
    const cases = own.map(
      (finding) =>
        `    <testcase name="${attribute(finding.rule)}" classname="${attribute(file)}" file="${attribute(file)}" line="${finding.line}">\n` +
        `      <failure type="${finding.severity}" message="${attribute(finding.message)}">${text(detail(finding))}</failure>\n` +
        '    </testcase>\n',
    );
    return `  <testsuite name="${attribute(file)}" tests="${own.length}" failures="${own.length}" errors="0">\n${cases.join('')}  </testsuite>\n`;
  });
  if (suites.length === 0) {
    suites.push(
      `  <testsuite name="msvc lint" tests="1" failures="0" errors="0">\n    <testcase name="${files} files" classname="msvc lint"/>\n  </testsuite>\n`,
    );
  }
  const total = Math.max(findings.length, 1);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="msvc lint" tests="${total}" failures="${findings.length}" errors="0">\n${suites.join('')}</testsuites>\n`;
};

function detail(finding: Finding): string {
  const related = finding.related.map((place) => `\n${place.file}:${place.line}:${place.column}: ${place.message}`);
  return `${finding.file}:${finding.line}:${finding.column}: ${finding.message}\n${finding.remedy}\n${finding.url}${related.join('')}`;
}

function text(value: string): string {
  return printable(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function attribute(value: string): string {
  return text(value).replace(/"/g, '&quot;').replace(/\n/g, '&#10;');
}

/** XML 1.0 has no place for control characters, not even escaped. */
function printable(value: string): string {
  return value.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
