import { defineRule } from '../../rule.ts';

export const noMutableDefault = defineRule({
  id: 'python/no-mutable-default',
  summary: 'Default arguments are not shared between requests',
  severity: 'warning',
  preset: 'recommended',
  peers: ['ruff:B006'],
  why: 'A default value is made once and shared by all calls. A list or dict that a handler fills keeps what earlier requests put there, also those of other users.',
  source: 'https://docs.astral.sh/ruff/rules/mutable-argument-default/',
  messages: {
    shared: {
      text: 'The default of {parameter} is one {kind} that all calls share, and the function changes it',
      remedy: 'Use None, and make the value inside.',
    },
  },
  examples: {
    bad: [{ files: 'def add(item, items=[]):\n    items.append(item)\n    return items\n', at: [1] }],
    good: [
      'def add(item, items=None):\n    return [*(items or []), item]\n',
      { files: 'def join(items=[]):\n    return ", ".join(items)\n', note: 'It is only read.' },
    ],
  },
  check(project, { report }) {
    for (const module of project.sources) {
      for (const { statement } of module.statements) {
        if (statement.kind !== 'function') continue;
        for (const parameter of statement.parameters) {
          const kind = parameter.default?.kind;
          if (!parameter.default || (kind !== 'list' && kind !== 'dict' && kind !== 'set')) continue;
          const body = module.text.slice(statement.body[0]?.range.start ?? 0, statement.range.end);
          const changed = new RegExp(
            `\\b${parameter.name}\\s*(\\.(append|extend|add|update|insert|pop|remove|clear|setdefault|discard)\\(|\\[[^\\]]*\\]\\s*=[^=])`,
          ).test(body);
          const rebound = new RegExp(`^\\s*${parameter.name}\\s*=[^=]`, 'm').test(body);
          if (changed && !rebound) report('shared', module.at(parameter.default), { parameter: parameter.name, kind });
        }
      }
    }
  },
});
