import type { Repository } from '../artifacts/repository.ts';
import type { Location } from '../artifacts/source-file.ts';
import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { type BuiltInRule, builtInRules } from './built-in-rules.ts';
import { type ConfiguredRule, type LintConfig, placeOf } from './config.ts';
import { domainsIn, findingOf, type RuleSetting, runRules } from './engine.ts';
import type { Finding } from './finding.ts';
import { globMatcher } from './glob.ts';
import type { Preset, Rule, Severity } from './rule.ts';
import { loadRules } from './rules/index.ts';
import { findSuppressions, type Suppression } from './suppression.ts';

/** What a run is told besides the repository. */
export interface LintOptions {
  readonly config: LintConfig;
  /** Today as an ISO date, for suppressions that expire. */
  readonly today: string;
  /** Rules that a team brings. */
  readonly plugins?: readonly Rule[];
}

/** What a run found. */
export interface LintResult {
  readonly findings: readonly Finding[];
  /** Files that were looked into. */
  readonly files: number;
  /** Findings that a comment or an annotation silenced. */
  readonly suppressed: number;
  /** The rules that ran. */
  readonly rules: readonly BuiltInRule[];
}

const presetRank: Readonly<Record<Preset, number>> = { recommended: 0, strict: 1, all: 2 };

/**
 * Lints a repository.
 *
 * @throws UserError when the configuration names a rule that does not exist
 */
export async function lint(repository: Repository, { config, today, plugins = [] }: LintOptions): Promise<LintResult> {
  const loaded = [...(await loadRules(domainsIn(repository))), ...plugins];
  const resolver = new RuleResolver(loaded, config);
  await resolver.checkNames();
  const settings = loaded.flatMap((rule): RuleSetting[] => {
    const severity = resolver.widest(rule);
    return severity === 'off' ? [] : [{ rule, severity, options: resolver.options(rule) }];
  });
  const raw = runRules(repository, settings);
  const active = new Set(settings.map(({ rule }) => rule.id));
  const suppressions = new SuppressionTable(findSuppressions(repository), resolver, today, active);
  const kept = raw.filter((finding) => !suppressions.silences(finding));
  const ignored = config.ignore.map(globMatcher);
  const findings = [...kept, ...suppressions.findings()]
    .flatMap((finding) => resolver.judged(finding))
    .filter((finding) => !ignored.some((matches) => matches(finding.file)))
    .sort(byPlace);
  const builtIn = builtInRules.filter((rule) => resolver.widest(rule) !== 'off');
  return {
    findings,
    files: repository.sources.size,
    suppressed: raw.length - kept.length,
    rules: [...settings.map(({ rule }) => rule), ...builtIn],
  };
}

/** Answers how severe a rule is, for the run and for a path. */
class RuleResolver {
  readonly #rules: readonly Rule[];
  readonly #config: LintConfig;
  readonly #aliases: Map<string, Set<string>>;
  readonly #overrides: readonly {
    readonly matches: (path: string) => boolean;
    readonly rules: ReadonlyMap<string, ConfiguredRule>;
  }[];

  constructor(rules: readonly Rule[], config: LintConfig) {
    this.#rules = rules;
    this.#config = config;
    this.#aliases = aliasesOf([...rules, ...builtInRules]);
    this.#overrides = config.overrides.map(({ files, rules: own }) => {
      const matchers = files.map(globMatcher);
      return { matches: (path) => matchers.some((matches) => matches(path)), rules: own };
    });
  }

  /** The ids that a name stands for: an id, a peer's id with or without its tool. */
  ids(name: string): ReadonlySet<string> | undefined {
    return this.#aliases.get(name.toLowerCase());
  }

  async checkNames(): Promise<void> {
    const tables = [this.#config.rules, ...this.#config.overrides.map((override) => override.rules)];
    const unknown = tables.flatMap((table) => [...table]).filter(([name]) => this.ids(name) === undefined);
    if (unknown.length === 0) return;
    // A name may belong to a domain that this repository has no files of.
    const all = aliasesOf(await loadRules());
    for (const [name, { where }] of unknown) {
      if (all.has(name.toLowerCase())) continue;
      throw new UserError(`There is no rule ${name}`, {
        place: where && placeOf(where),
        remedy: 'See `msvc rules` for all of them.',
      });
    }
  }

  /** The severity a rule runs with: off only if it is off for every path. */
  widest(rule: Rule | BuiltInRule): Severity | 'off' {
    const base = this.#configured(rule.id, this.#config.rules)?.severity ?? this.#preset(rule);
    if (base !== 'off') return base;
    const raised = this.#overrides.map((override) => this.#configured(rule.id, override.rules)?.severity);
    return raised.find((severity) => severity !== undefined && severity !== 'off') ?? 'off';
  }

  options(rule: Rule): Readonly<Record<string, unknown>> {
    const configured = this.#configured(rule.id, this.#config.rules);
    for (const [name, value] of Object.entries(configured?.options ?? {})) {
      const definition = rule.options[name];
      if (definition !== undefined && fits(value, definition.type)) continue;
      throw new UserError(
        definition ? `${rule.id}: ${name} must be of type ${definition.type}` : `${rule.id} has no option ${name}`,
        {
          place: configured?.where && placeOf(configured.where),
        },
      );
    }
    return configured?.options ?? {};
  }

  /** The finding with the severity that holds for its path; nothing when it is off there. */
  judged(finding: Finding): readonly Finding[] {
    const rule =
      this.#rules.find(({ id }) => id === finding.rule) ?? builtInRules.find(({ id }) => id === finding.rule);
    let severity =
      this.#configured(finding.rule, this.#config.rules)?.severity ?? (rule ? this.#preset(rule) : finding.severity);
    for (const override of this.#overrides) {
      if (!override.matches(finding.file)) continue;
      severity = this.#configured(finding.rule, override.rules)?.severity ?? severity;
    }
    return severity === 'off' ? [] : [{ ...finding, severity }];
  }

  #preset(rule: Rule | BuiltInRule): Severity | 'off' {
    return presetRank[rule.preset] <= presetRank[this.#config.preset] ? rule.severity : 'off';
  }

  #configured(id: string, table: ReadonlyMap<string, ConfiguredRule>): ConfiguredRule | undefined {
    let found: ConfiguredRule | undefined;
    for (const [name, setting] of table) if (this.ids(name)?.has(id)) found = setting;
    return found;
  }
}

function aliasesOf(rules: readonly (Rule | BuiltInRule)[]): Map<string, Set<string>> {
  const aliases = new Map<string, Set<string>>();
  const add = (name: string, id: string) =>
    aliases.set(name.toLowerCase(), (aliases.get(name.toLowerCase()) ?? new Set()).add(id));
  for (const rule of rules) {
    add(rule.id, rule.id);
    for (const peer of 'peers' in rule ? rule.peers : []) {
      add(peer, rule.id);
      add(peer.slice(peer.indexOf(':') + 1), rule.id);
    }
  }
  return aliases;
}

function fits(value: unknown, type: Rule['options'][string]['type']): boolean {
  if (type === 'strings') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  return typeof value === type;
}

/** Applies suppressions, and remembers which of them did something. */
class SuppressionTable {
  readonly #byFile = new Map<
    string,
    { readonly suppression: Suppression; readonly ids: ReadonlySet<string>; used: boolean }[]
  >();
  readonly #resolver: RuleResolver;
  readonly #today: string;
  readonly #active: ReadonlySet<string>;
  readonly #reports: Finding[] = [];

  /** @param active the ids of the rules that ran */
  constructor(
    suppressions: readonly Suppression[],
    resolver: RuleResolver,
    today: string,
    active: ReadonlySet<string>,
  ) {
    this.#active = active;
    this.#resolver = resolver;
    this.#today = today;
    for (const suppression of suppressions) this.#take(suppression);
  }

  silences(finding: Finding): boolean {
    let silenced = false;
    const { start } = finding.where.range;
    for (const entry of this.#byFile.get(finding.file) ?? []) {
      const { scope, rules } = entry.suppression;
      if (start < scope.start || start > scope.end) continue;
      if (!entry.ids.has(finding.rule) && !rules.includes('*')) continue;
      entry.used = true;
      silenced = true;
    }
    return silenced;
  }

  /** What is wrong with the suppressions themselves. */
  findings(): readonly Finding[] {
    // Nothing can be said about rules that did not run.
    const unused = [...this.#byFile.values()]
      .flat()
      .filter(({ used, suppression, ids }) => !used && suppression.convention === 'msvc' && this.#ran(ids));
    return [
      ...this.#reports,
      ...unused.map(({ suppression }) =>
        this.#finding(
          'suppression/used',
          suppression,
          `${suppression.rules.join(', ')} reports nothing here`,
          'Remove the comment.',
        ),
      ),
    ];
  }

  #ran(ids: ReadonlySet<string>): boolean {
    return [...ids].some((id) => this.#active.has(id));
  }

  #take(suppression: Suppression): void {
    const { file, rules, convention, reason, until } = suppression;
    const ids = new Set(rules.flatMap((name) => [...(this.#resolver.ids(name) ?? [])]));
    if (convention === 'msvc') {
      for (const name of rules) {
        if (this.#resolver.ids(name) !== undefined || name.includes('/')) continue;
        this.#reports.push(
          this.#finding(
            'suppression/names-a-rule',
            suppression,
            `There is no rule ${name}`,
            'See `msvc rules` for all of them.',
          ),
        );
      }
      if (reason === undefined) {
        this.#reports.push(
          this.#finding(
            'suppression/has-reason',
            suppression,
            'The suppression states no reason',
            'Write it after ` -- `.',
          ),
        );
      }
      if (until !== undefined && until <= this.#today) {
        const text = `The suppression held until ${until}`;
        this.#reports.push(
          this.#finding('suppression/not-expired', suppression, text, 'Mend the finding or set a new date.'),
        );
        return;
      }
    }
    const entries = this.#byFile.get(file.path) ?? [];
    entries.push({ suppression, ids, used: false });
    this.#byFile.set(file.path, entries);
  }

  #finding(rule: string, where: Location, text: string, remedy: string): Finding {
    return findingOf({ rule, severity: 'warning', code: 'broken', text, remedy, where, extras: {} });
  }
}

function byPlace(left: Finding, right: Finding): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.rule, right.rule) ||
    compareText(left.message, right.message)
  );
}
