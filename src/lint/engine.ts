import type { Repository } from '../artifacts/repository.ts';
import type { Location } from '../artifacts/source-file.ts';
import { systemOf } from '../system/system.ts';
import { compareText } from '../tree/tree.ts';
import { type Finding, hashText } from './finding.ts';
import type { Domain, OptionDefinition, ReportExtras, Rule, Severity, Subjects } from './rule.ts';

/** How a rule is to be run. */
export interface RuleSetting {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Values for some of the rule's options; the others keep their defaults. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Where a rule's page is. */
export const documentationUrl = 'https://github.com/create-microservice/create-microservice/blob/main/docs/rules';

/** The subjects of each domain in a repository. */
const subjectsOf: { readonly [Name in Domain]: (repository: Repository) => readonly Subjects[Name][] } = {
  dockerfile: (repository) => repository.dockerfiles,
  compose: (repository) => repository.composeProjects,
  kubernetes: (repository) => repository.environments,
  pipeline: (repository) => repository.pipelines,
  python: (repository) => repository.python?.projects ?? [],
  system: (repository) => (hasParts(repository) ? [systemOf(repository)] : []),
};

/** Whether there are files that could disagree. */
function hasParts({ dockerfiles, composeProjects, environments, pipelines, python }: Repository): boolean {
  return (
    dockerfiles.length +
      composeProjects.length +
      environments.length +
      pipelines.length +
      (python?.projects.length ?? 0) >
    0
  );
}

/** The domains whose rules have something to look at. */
export function domainsIn(repository: Repository): readonly Domain[] {
  return (Object.keys(subjectsOf) as Domain[]).filter((domain) => subjectsOf[domain](repository).length > 0);
}

/**
 * Runs rules over a repository.
 *
 * @param settings the rules to run, with their severities
 * @returns all findings, those about files that could not be read first per file, in a fixed order; suppression,
 *   baseline and filters come after
 */
export function runRules(repository: Repository, settings: readonly RuleSetting[]): readonly Finding[] {
  const collector = new Collector();
  for (const problem of [...repository.problems, ...(repository.python?.problems ?? [])]) {
    collector.add({
      rule: `${problem.kind}/parses`,
      severity: 'error',
      code: 'broken',
      text: problem.message,
      remedy: 'Mend the file; no other rule looks at what cannot be read.',
      where: problem,
      extras: {},
    });
  }
  for (const setting of settings) {
    const { rule } = setting;
    const options = withDefaults(rule.options, setting.options);
    const report = (
      code: string,
      where: Location,
      args: Readonly<Record<string, string | number>> = {},
      extras: ReportExtras = {},
    ) => {
      const message = rule.messages[code];
      if (message === undefined) throw new Error(`${rule.id} has no message ${code}`);
      const text = fillIn(message.text, args);
      collector.add({
        rule: rule.id,
        severity: setting.severity,
        code,
        text,
        remedy: fillIn(message.remedy, args),
        where,
        extras,
      });
    };
    const context = { report, options, repository };
    // What a template renders to cannot be edited where it stands.
    const withoutFix: typeof report = (code, where, args, { related = [] } = {}) =>
      report(code, where, args, { related });
    const ofTemplate = { ...context, report: withoutFix };
    for (const subject of subjectsOf[rule.domain](repository)) {
      rule.check(subject, 'origin' in subject && subject.origin === 'helm' ? ofTemplate : context);
    }
  }
  return collector.findings();
}

/** A report before it becomes a finding. */
export interface Report {
  readonly rule: string;
  readonly severity: Severity;
  readonly code: string;
  readonly text: string;
  readonly remedy: string;
  readonly where: Location;
  readonly extras: ReportExtras;
}

class Collector {
  readonly #reports = new Map<string, Report>();

  /** Takes a report up once: what several overlays share is reported for each of them. */
  add(report: Report): void {
    const { file, range } = report.where;
    const key = `${report.rule}\n${file.path}\n${range.start}\n${range.end}\n${report.text}`;
    if (!this.#reports.has(key)) this.#reports.set(key, report);
  }

  findings(): readonly Finding[] {
    const sorted = [...this.#reports.values()].sort(byPlace);
    const seen = new Map<string, number>();
    return sorted.map((report) => {
      const identity = identityOf(report);
      const count = seen.get(identity) ?? 0;
      seen.set(identity, count + 1);
      return findingOf(report, count === 0 ? identity : hashText(identity, String(count)));
    });
  }
}

/**
 * Makes a finding of a report.
 *
 * @param fingerprint its identity; computed from its content when left out
 */
export function findingOf(report: Report, fingerprint = identityOf(report)): Finding {
  const { file, range } = report.where;
  const start = file.position(range.start);
  const end = file.position(Math.max(range.end, range.start));
  return {
    rule: report.rule,
    severity: report.severity,
    message: report.text,
    remedy: report.remedy,
    where: report.where,
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    related: (report.extras.related ?? []).map((place) => ({
      file: place.file.path,
      ...place.file.position(place.range.start),
      message: place.message,
    })),
    url: `${documentationUrl}/${report.rule}.md`,
    fingerprint,
    fix: report.extras.fix ?? [],
  };
}

function identityOf({ rule, where, code, text }: Report): string {
  return hashText(rule, where.file.path, code, text, lineText(where));
}

function byPlace(left: Report, right: Report): number {
  return (
    compareText(left.where.file.path, right.where.file.path) ||
    left.where.range.start - right.where.range.start ||
    left.where.range.end - right.where.range.end ||
    compareText(left.rule, right.rule) ||
    compareText(left.text, right.text)
  );
}

function lineText({ file, range }: Location): string {
  const start = file.text.lastIndexOf('\n', range.start - 1) + 1;
  const end = file.text.indexOf('\n', range.start);
  return file.text
    .slice(start, end < 0 ? undefined : end)
    .trim()
    .replace(/\s+/g, ' ');
}

function fillIn(text: string, args: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(args[name] ?? whole));
}

function withDefaults(
  definitions: Readonly<Record<string, OptionDefinition>>,
  given: Readonly<Record<string, unknown>> | undefined,
): Record<string, never> {
  const entries = Object.entries(definitions).map(([name, definition]) => [name, given?.[name] ?? definition.default]);
  return Object.fromEntries(entries);
}
