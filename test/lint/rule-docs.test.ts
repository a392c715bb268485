import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explainRule, pagePath, rulesTable } from '../../src/lint/explain-rule.ts';
import { allRules } from '../../src/lint/find-rule.ts';

it('docs/rules is what `npm run docs:rules` writes', async () => {
  const root = new URL('../../', import.meta.url);
  const rules = await allRules();
  const pages = Object.fromEntries(rules.map((rule) => [pagePath(rule), explainRule(rule)]));
  pages['docs/rules/index.md'] = rulesTable(rules);
  const written = readdirSync(new URL('docs/rules', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => [`docs/rules/${name}`, readFileSync(new URL(`docs/rules/${name}`, root), 'utf8')]);
  expect(Object.fromEntries(written)).toEqual(pages);
});
