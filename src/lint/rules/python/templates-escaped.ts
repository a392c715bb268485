import { keyword } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const templatesEscaped = defineRule({
  id: 'python/templates-escaped',
  summary: 'Templates of pages escape what is put into them',
  severity: 'error',
  preset: 'strict',
  peers: ['ruff:S701'],
  why: "Jinja's own environment does not escape unless it is told to. A name with a script tag in it then runs in the browser of everyone who sees the page.",
  source: 'https://docs.astral.sh/ruff/rules/jinja2-autoescape-false/',
  messages: { raw: { text: 'This environment is told not to escape', remedy: 'Set autoescape=select_autoescape().' } },
  examples: {
    bad: [{ files: 'from jinja2 import Environment\n\npages = Environment(autoescape=False)\n', at: [3] }],
    good: [
      'from jinja2 import Environment, select_autoescape\n\npages = Environment(autoescape=select_autoescape())\n',
      { files: 'from jinja2 import Environment\n\nqueries = Environment()\n', note: 'What it renders is not known.' },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!module.text.includes('jinja2')) continue;
      for (const { call } of module.calls) {
        if (module.qualify(call.callee) !== 'jinja2.Environment') continue;
        const autoescape = keyword(call, 'autoescape');
        if (autoescape?.value.kind === 'constant' && autoescape.value.value === false)
          report('raw', module.at(autoescape));
      }
    }
  },
});
