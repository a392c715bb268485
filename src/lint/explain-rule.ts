import type { BuiltInRule } from './built-in-rules.ts';
import { type FullExample, fullExample } from './example.ts';
import type { Rule } from './rule.ts';

const languages: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:Docker|Container)file[^/]*$|\.dockerfile$/i, 'dockerfile'],
  [/\.ya?ml$/, 'yaml'],
  [/\.py$/, 'python'],
  [/\.toml$/, 'toml'],
  [/Jenkinsfile/, 'groovy'],
];

/** A rule's page, in Markdown: the same text is printed by `msvc explain` and stands under `docs/rules/`. */
export function explainRule(rule: Rule | BuiltInRule): string {
  const facts = [
    `severity: ${rule.severity}`,
    `preset: ${rule.preset}`,
    ...('peers' in rule && rule.peers.length > 0
      ? [`also known as: ${rule.peers.map((peer) => `\`${peer}\``).join(', ')}`]
      : []),
  ];
  const parts = [`# ${rule.id}`, '', `${rule.summary}.`, '', facts.join(' · '), '', rule.why, ''];
  if (!('examples' in rule)) return parts.join('\n');
  parts.push(`Source: <${rule.source}>`, '');
  const options = Object.entries(rule.options);
  if (options.length > 0) {
    parts.push('## Options', '', '| option | type | default | |', '|---|---|---|---|');
    for (const [name, { type, default: value, description }] of options) {
      parts.push(`| \`${name}\` | ${type} | \`${JSON.stringify(value)}\` | ${description} |`);
    }
    parts.push('');
  }
  parts.push('## Reported', '');
  for (const example of rule.examples.bad) parts.push(...exampleText(fullExample(rule.domain, example)));
  parts.push('## Not reported', '');
  for (const example of rule.examples.good) parts.push(...exampleText(fullExample(rule.domain, example)));
  parts.push('## Messages', '');
  for (const { text, remedy } of Object.values(rule.messages)) parts.push(`- ${text}. ${remedy}`);
  parts.push(
    '',
    '## Turning it off',
    '',
    `\`# msvc-ignore ${rule.id} -- reason\` above the line, or in \`msvc.yaml\`:`,
    '',
  );
  parts.push('```yaml', 'lint:', '  rules:', `    ${rule.id}: off`, '```', '');
  return parts.join('\n');
}

/** The page of a rule below `docs/rules/`. */
export function pagePath(rule: { readonly id: string }): string {
  return `docs/rules/${rule.id}.md`;
}

/** The list of all rules, in Markdown. */
export function rulesTable(rules: readonly (Rule | BuiltInRule)[]): string {
  const rows = rules.map((rule) => {
    const fixes =
      'examples' in rule &&
      rule.examples.bad.some((example) => typeof example === 'object' && example.fixed !== undefined);
    const peers = 'peers' in rule ? rule.peers.map((peer) => `\`${peer}\``).join(' ') : '';
    return `| [${rule.id}](${rule.id}.md) | ${rule.summary} | ${rule.severity} | ${rule.preset} | ${fixes ? 'yes' : ''} | ${peers} |`;
  });
  return [
    '# Rules',
    '',
    '| rule | what is right | severity | preset | fix | also known as |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function exampleText({ files, fixed, note }: FullExample): readonly string[] {
  const parts: string[] = [];
  if (note !== undefined) parts.push(note, '');
  const several = Object.keys(files).length > 1;
  for (const [path, text] of Object.entries(files))
    parts.push(...(several ? [`\`${path}\``, ''] : []), ...fenced(path, text));
  for (const [path, text] of Object.entries(fixed ?? {})) parts.push('Fixed:', '', ...fenced(path, text));
  return parts;
}

function fenced(path: string, text: string): readonly string[] {
  const language = languages.find(([pattern]) => pattern.test(path))?.[1] ?? '';
  return [`\`\`\`${language}`, text.replace(/\n+$/, ''), '```', ''];
}
