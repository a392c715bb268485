import { treeSource } from '../artifacts/file-source.ts';
import { openRepository } from '../artifacts/repository.ts';
import { treeOf } from '../tree/tree.ts';
import { runRules } from './engine.ts';
import { fullExample } from './example.ts';
import type { Finding } from './finding.ts';
import { applyFixes } from './fix.ts';
import type { Rule } from './rule.ts';

/** Overlapping fixes take several rounds. */
const maximumRounds = 10;

/**
 * Runs one rule over some files in memory.
 *
 * @param files path → text
 * @param options values for the rule's options
 * @returns its findings, and those of files that could not be read
 */
export async function runRule(
  rule: Rule,
  files: Readonly<Record<string, string>>,
  options?: Readonly<Record<string, unknown>>,
): Promise<readonly Finding[]> {
  const repository = await openRepository(treeSource(treeOf(files)));
  return runRules(repository, [{ rule, severity: rule.severity, options }]);
}

/**
 * Applies a rule's fixes to some files until there is nothing left to fix.
 *
 * @returns all files, changed or not
 */
export async function fixWith(
  rule: Rule,
  files: Readonly<Record<string, string>>,
  options?: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const fixed: Record<string, string> = { ...files };
  for (let round = 0; round < maximumRounds; round++) {
    const { files: changed } = applyFixes(await runRule(rule, fixed, options));
    if (changed.size === 0) break;
    for (const [path, { text }] of changed) fixed[path] = text;
  }
  return fixed;
}

/**
 * Runs a rule's own examples: what is bad is reported where `at` says and fixed to what `fixed` says, what is good is not
 * reported, and fixing a second time changes nothing. For a plugin's tests, whatever the test runner.
 *
 * @throws Error that names the first example that does not hold
 */
export async function checkExamples(rule: Rule): Promise<void> {
  for (const [index, example] of rule.examples.bad.entries()) {
    const { files, at, fixed, options } = fullExample(rule.domain, example);
    const found = (await runRule(rule, files, options)).map(
      (finding) => `${finding.rule} ${finding.file}:${finding.line}`,
    );
    const wanted = at?.map((place) => `${rule.id} ${place}`);
    if (wanted ? found.join() !== wanted.join() : found.length === 0) {
      throw new Error(
        `${rule.id}, bad example ${index + 1}: expected ${wanted?.join(', ') ?? 'a finding'}, got ${found.join(', ') || 'nothing'}`,
      );
    }
    const once = await fixWith(rule, files, options);
    for (const [path, text] of Object.entries(fixed ?? {})) {
      if (once[path] !== text)
        throw new Error(
          `${rule.id}, bad example ${index + 1}: ${path} is fixed to\n${once[path]}\ninstead of\n${text}`,
        );
    }
    const twice = await fixWith(rule, once, options);
    if (JSON.stringify(once) !== JSON.stringify(twice))
      throw new Error(`${rule.id}, bad example ${index + 1}: fixing twice is not fixing once`);
  }
  for (const [index, example] of rule.examples.good.entries()) {
    const { files, options } = fullExample(rule.domain, example);
    const [finding] = await runRule(rule, files, options);
    if (finding)
      throw new Error(
        `${rule.id}, good example ${index + 1}: ${finding.rule} ${finding.file}:${finding.line}: ${finding.message}`,
      );
  }
}
