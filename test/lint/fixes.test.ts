import { describe, expect, it } from 'vitest';
import { treeSource } from '../../src/artifacts/file-source.ts';
import { defaultConfig } from '../../src/lint/config.ts';
import { fullExample } from '../../src/lint/example.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { fixAll } from '../../src/lint/fix-all.ts';
import { loadRules } from '../../src/lint/rules/index.ts';
import { treeOf } from '../../src/tree/tree.ts';
import { lintFiles } from '../support/lint-files.ts';

const options = { config: { ...defaultConfig, preset: 'all' as const }, today: '2026-01-01' };
const wanted = process.env.RULE;
const fixing = (await loadRules()).filter(
  (rule) =>
    (!wanted || rule.id === wanted || rule.domain === wanted) &&
    rule.examples.bad.some((example) => typeof example === 'object' && example.fixed !== undefined),
);

function count(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

describe('a fix', () => {
  it.each(fixing.map((rule) => [rule.id, rule] as const))('of %s brings no finding of any rule', async (id, rule) => {
    for (const example of rule.examples.bad) {
      const { files } = fullExample(rule.domain, example);
      const before = count((await lintFiles(files, { preset: 'all' })).findings);
      const result = await fixAll(treeSource(treeOf(files)), options, (finding) => finding.rule === id);
      const fresh = [...count(result.findings)].filter(([name, after]) => after > (before.get(name) ?? 0));
      expect(fresh).toEqual([]);
    }
  });

  it('of every rule together ends, and fixing again changes nothing', async () => {
    for (const rule of fixing) {
      for (const example of rule.examples.bad) {
        const { files } = fullExample(rule.domain, example);
        const once = await fixAll(treeSource(treeOf(files)), options);
        const fixed = { ...files, ...Object.fromEntries(once.changed) };
        const twice = await fixAll(treeSource(treeOf(fixed)), options);
        expect([...twice.changed.keys()]).toEqual([]);
      }
    }
  }, 600_000);
});
