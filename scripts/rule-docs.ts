// Writes docs/rules/: a page for each rule and the list of all.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { explainRule, pagePath, rulesTable } from '../src/lint/explain-rule.ts';
import { allRules } from '../src/lint/find-rule.ts';

const root = process.cwd();
const rules = await allRules();
const pages = new Map(rules.map((rule) => [pagePath(rule), explainRule(rule)]));
pages.set('docs/rules/index.md', rulesTable(rules));
for (const [path, text] of pages) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
for (const name of readdirSync(join(root, 'docs/rules'), { recursive: true, encoding: 'utf8' })) {
  if (name.endsWith('.md') && !pages.has(`docs/rules/${name}`)) rmSync(join(root, 'docs/rules', name));
}
