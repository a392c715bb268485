import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fullExample } from '../../src/lint/example.ts';
import { fixWith, runRule } from '../../src/lint/rule-tester.ts';
import { loadRules, ruleDomains } from '../../src/lint/rules/index.ts';

/** `RULE=dockerfile/one-cmd npx vitest run test/lint/rules.test.ts` runs one rule's examples; a domain's name runs that domain's. */
const wanted = process.env.RULE;
const rules = (await loadRules()).filter((rule) => !wanted || rule.id === wanted || rule.domain === wanted);
const root = new URL('../../src/lint/rules/', import.meta.url);

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it('stands in the file that its id names', () => {
    expect(existsSync(new URL(`${id}.ts`, root))).toBe(true);
  });

  it('states what readers need', () => {
    expect(rule.summary).not.toMatch(/\.$/);
    expect(rule.why.length).toBeGreaterThan(60);
    expect(rule.source).toMatch(/^https:\/\//);
    expect(rule.examples.bad.length).toBeGreaterThan(0);
    expect(rule.examples.good.length).toBeGreaterThan(0);
    for (const peer of rule.peers) expect(peer).toMatch(/^[a-z-]+:\S+$/);
    for (const { text, remedy } of Object.values(rule.messages)) {
      expect(text).not.toMatch(/\.$|\b(please|error|warning)\b/i);
      expect(remedy).toMatch(/\.$/);
    }
  });

  const cases = (examples: typeof rule.examples.bad) =>
    examples.map((example, index) => [index + 1, fullExample(rule.domain, example)] as const);

  it.each(cases(rule.examples.bad))('reports bad example %i', async (_index, example) => {
    const findings = await runRule(rule, example.files, example.options);
    expect(findings.filter((finding) => finding.rule !== id)).toEqual([]);
    const places = findings.map(({ file, line }) => `${file}:${line}`);
    if (example.at) expect(places).toEqual(example.at);
    else expect(places).not.toEqual([]);
    for (const { message, remedy } of findings) expect(`${message} ${remedy}`).not.toMatch(/\{\w+\}/);
    if (!example.fixed) return;
    const fixed = await fixWith(rule, example.files, example.options);
    for (const [path, text] of Object.entries(example.fixed)) expect(fixed[path]).toBe(text);
  });

  it.each(cases(rule.examples.good))('is silent on good example %i', async (_index, example) => {
    expect(await runRule(rule, example.files, example.options)).toEqual([]);
  });

  it('fixes once and for all', async () => {
    for (const [, example] of cases(rule.examples.bad)) {
      const before = await runRule(rule, example.files, example.options);
      const once = await fixWith(rule, example.files, example.options);
      const after = await runRule(rule, once, example.options);
      expect(after.filter((finding) => finding.fix.length > 0)).toEqual([]);
      expect(after.filter((finding) => finding.rule !== id)).toEqual([]);
      expect(after.length).toBe(before.filter((finding) => finding.fix.length === 0).length);
      expect(await fixWith(rule, once, example.options)).toEqual(once);
    }
  });
});

describe('the rule registry', () => {
  it('lists every rule file, sorted', () => {
    for (const domain of ruleDomains) {
      const files = readdirSync(new URL(`${domain}/`, root)).filter(
        (name) => name !== 'index.ts' && !name.startsWith('_'),
      );
      const ids = files.map((name) => `${domain}/${name.replace(/\.ts$/, '')}`).sort();
      if (!wanted) expect(rules.filter((rule) => rule.domain === domain).map((rule) => rule.id)).toEqual(ids);
    }
  });
});
