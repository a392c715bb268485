import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { runRules } from '../../src/lint/engine.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { treeOf } from '../../src/tree/tree.ts';

/**
 * Runs one rule over some files.
 *
 * @param files path → text
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
