import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../src/artifacts/repository.ts';
import { runRules } from '../../src/lint/engine.ts';
import { loadRules } from '../../src/lint/rules/index.ts';
import { compareText } from '../../src/tree/tree.ts';

const root = new URL('../fixtures/bad-shop/', import.meta.url);
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(new URL(path, root)).isFile())
  .sort(compareText);
const rules = await loadRules(['system']);
const repository = await openRepository({
  paths,
  read: (path) => readFileSync(new URL(path, root)),
  size: (path) => (paths.includes(path) ? statSync(new URL(path, root)).size : undefined),
});
const findings = runRules(
  repository,
  rules.map((rule) => ({ rule, severity: rule.severity })),
);

describe('the bad shop', () => {
  it('gives the report that was written down', async () => {
    const report = findings
      .map(({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule} ${message}\n`)
      .join('');
    await expect(report).toMatchFileSnapshot('bad-shop.report.txt');
  });

  it('breaks every rule about disagreements', () => {
    expect([...new Set(findings.map((finding) => finding.rule))].sort()).toEqual(rules.map((rule) => rule.id));
  });

  it('shows both sides of each', () => {
    expect(findings.filter((finding) => finding.related.length === 0)).toEqual([]);
  });
});
