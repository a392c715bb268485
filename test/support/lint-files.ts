import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { defaultConfig, type LintConfig } from '../../src/lint/config.ts';
import { type LintResult, lint } from '../../src/lint/lint.ts';
import { treeOf } from '../../src/tree/tree.ts';

/**
 * Lints files in memory.
 *
 * @param files path → text
 * @param config settings that differ from the defaults
 */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  config: Partial<LintConfig> = {},
  today = '2026-01-01',
): Promise<LintResult> {
  const repository = await openRepository(treeSource(treeOf(files)));
  return lint(repository, { config: { ...defaultConfig, ...config }, today });
}

/** `rule file:line` of each finding. */
export function places({ findings }: Pick<LintResult, 'findings'>): readonly string[] {
  return findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`);
}
