import type { Edit } from '../edit.ts';
import type { Finding } from '../finding.ts';
import type { Severity } from '../rule.ts';
import type { Report } from './report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const sarif: Report = ({ findings, rules, version }) => {
  const reported = new Set(findings.map((finding) => finding.rule));
  const described = rules.filter((rule) => reported.has(rule.id));
  const index = new Map(described.map((rule, position) => [rule.id, position]));
  const urls = new Map(findings.map((finding) => [finding.rule, finding.url]));
  const driver = {
    name: 'msvc lint',
    informationUri: 'https://github.com/create-microservice/create-microservice',
    semanticVersion: version,
    rules: described.map((rule) => ({
      id: rule.id,
      shortDescription: { text: rule.summary },
      fullDescription: { text: rule.why },
      helpUri: urls.get(rule.id),
      help: { text: rule.why, markdown: `**${rule.summary}**\n\n${rule.why}\n\n[Documentation](${urls.get(rule.id)})` },
      defaultConfiguration: { level: levels[rule.severity] },
      properties: { tags: [rule.id.split('/')[0], rule.preset] },
    })),
  };
  const run = {
    tool: { driver },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that was linted' } } },
    results: findings.map((finding) => result(finding, index.get(finding.rule))),
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
};

function result(finding: Finding, ruleIndex: number | undefined) {
  const { rule, severity, message, remedy, related, fix, fingerprint } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: `${message}. ${remedy}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(finding.file), region: region(finding) } }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((place, position) => ({
            id: position + 1,
            message: { text: place.message },
            physicalLocation: {
              artifactLocation: artifact(place.file),
              region: { startLine: place.line, startColumn: place.column },
            },
          })),
        }),
    partialFingerprints: { 'msvcFinding/v1': fingerprint },
    ...(fix.length === 0 ? {} : { fixes: [{ description: { text: remedy }, artifactChanges: changes(fix) }] }),
  };
}

function changes(edits: readonly Edit[]) {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) files.set(edit.file.path, [...(files.get(edit.file.path) ?? []), edit]);
  return [...files].map(([path, own]) => ({
    artifactLocation: artifact(path),
    replacements: own.map(({ file, range, text }) => {
      const start = file.position(range.start);
      const end = file.position(range.end);
      return {
        deletedRegion: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
        insertedContent: { text },
      };
    }),
  }));
}

function artifact(path: string) {
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function region({ line, column, endLine, endColumn }: Finding) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
