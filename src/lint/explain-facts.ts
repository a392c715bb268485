import type { Repository } from '../artifacts/repository.ts';
import { placeOf } from '../system/fact.ts';
import { type FactKind, factsOf } from '../system/facts.ts';
import { systemOf } from '../system/system.ts';
import type { BuiltInRule } from './built-in-rules.ts';
import { runRules } from './engine.ts';
import type { Rule } from './rule.ts';

/** The kinds of fact that the words of a rule's id are about; a rule with none of them is shown all. */
const KINDS_OF: readonly (readonly [RegExp, readonly FactKind[]])[] = [
  [/port|loopback/, ['port']],
  [/route|probe|healthcheck|liveness|readiness|openapi|api-versioned/, ['route', 'port']],
  [/gateway/, ['gateway', 'route']],
  [/setting|env-example|environments-provide|secret-reference|localhost|database/, ['setting', 'variable']],
  [/call-|network-policy/, ['variable', 'port']],
  [/event/, ['queue']],
  [/metric|scrape/, ['metric', 'route', 'port']],
  [/image|deploy/, ['image']],
  [/start|reload|grace|workers|server/, ['start']],
];

/**
 * What a repository says about a rule, in Markdown: the facts that it compares, each with its place, and what it reports.
 *
 * @param rule the rule that is explained
 */
export function explainFacts(rule: Rule | BuiltInRule, repository: Repository): string {
  const wanted = new Set(KINDS_OF.flatMap(([pattern, kinds]) => (pattern.test(rule.id) ? kinds : [])));
  const facts = factsOf(systemOf(repository)).filter(({ kind }) => wanted.size === 0 || wanted.has(kind));
  const lines = ['## In this repository', ''];
  if (facts.length === 0) lines.push('Nothing that this rule compares could be read here, so it stays silent.', '');
  let heading: string | undefined;
  for (const fact of facts) {
    if (fact.service !== heading) {
      heading = fact.service;
      if (lines.at(-1) !== '') lines.push('');
      lines.push(heading === '' ? 'The repository:' : `${heading}:`, '');
    }
    lines.push(`- ${fact.text} (${placeOf(fact)})`);
  }
  if (lines.at(-1) !== '') lines.push('');
  if (!('check' in rule)) return lines.join('\n');
  const findings = runRules(repository, [{ rule, severity: rule.severity }]).filter((item) => item.rule === rule.id);
  lines.push(findings.length === 0 ? 'The rule reports nothing here.' : 'It reports:', '');
  for (const { file, line, message, remedy, related } of findings) {
    lines.push(`- ${file}:${line} ${message}. ${remedy}`);
    for (const other of related) lines.push(`  - ${other.file}:${other.line} ${other.message}`);
  }
  if (findings.length > 0) lines.push('');
  return lines.join('\n');
}
