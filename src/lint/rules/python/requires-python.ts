import { defineRule } from '../../rule.ts';

export const requiresPython = defineRule({
  id: 'python/requires-python',
  summary: 'The project says which Python versions it supports',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Without requires-python an installer takes any interpreter, resolvers pick versions for the wrong one, and linters guess what syntax they may demand. The failure comes at run time, in the image.',
  source: 'https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python',
  messages: {
    missing: {
      text: 'The project table has no requires-python',
      remedy: 'Add requires-python with the oldest version that is tested.',
    },
  },
  examples: {
    bad: [{ files: { 'pyproject.toml': '[project]\nname = "orders"\nversion = "0.1.0"\n' }, at: ['pyproject.toml:1'] }],
    good: [
      { files: { 'pyproject.toml': '[project]\nname = "orders"\nversion = "0.1.0"\nrequires-python = ">=3.12"\n' } },
      { files: { 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' }, note: 'No project is described here.' },
      {
        files: { 'pyproject.toml': '[project]\nname = "orders"\ndynamic = ["requires-python"]\n' },
        note: 'The build backend supplies it.',
      },
    ],
  },
  check(project, { report }) {
    const table = project.pyproject?.get('project');
    if (!table || project.requiresPython) return;
    if (project.pyproject?.items('project', 'dynamic').some((item) => item.value === 'requires-python')) return;
    report('missing', { file: table.file, range: table.keyRange });
  },
});
