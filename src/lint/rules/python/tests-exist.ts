import { defineRule } from '../../rule.ts';
import { isService } from './_services.ts';

export const testsExist = defineRule({
  id: 'python/tests-exist',
  summary: 'A service has tests',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A service without a test is changed by hope. Nothing tells a refactoring from a break before users do, and no pipeline can gate a deployment.',
  source: 'https://docs.pytest.org/en/stable/explanation/goodpractices.html',
  messages: {
    missing: { text: 'The project has no test', remedy: 'Add tests that pytest finds, for example tests/test_app.py.' },
  },
  examples: {
    bad: [
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["flask>=3"]\n',
          'app/main.py': 'x = 1\n',
        },
        at: ['pyproject.toml:1'],
      },
    ],
    good: [
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["flask>=3"]\n',
          'app/main.py': 'x = 1\n',
          'tests/test_app.py': 'def test_app(): ...\n',
        },
      },
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["flask>=3"]\n',
          'app/main.py': 'x = 1\n',
          'app/tests.py': 'class T: ...\n',
        },
        note: "Django's own place for tests.",
      },
    ],
  },
  check(project, { report, repository }) {
    if (!isService(project) || project.modulePaths.length === 0) return;
    const near = (path: string): boolean => /(^|\/)(test_[^/]*|[^/]*_test|tests)\.py$/.test(path);
    if (project.modulePaths.some(near) || repository.below('tests').some(near)) return;
    const table = project.pyproject?.get('project') ?? project.pyproject?.get('tool', 'poetry');
    const [first] = project.requirements;
    if (table) report('missing', { file: table.file, range: table.keyRange });
    else if (first) report('missing', first);
  },
});
