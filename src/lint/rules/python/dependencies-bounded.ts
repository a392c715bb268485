import { defineRule } from '../../rule.ts';
import { isService } from './_services.ts';

export const dependenciesBounded = defineRule({
  id: 'python/dependencies-bounded',
  summary: 'Dependencies of a service have a lower bound or are pinned',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A dependency without any version is whatever the index has on that day. A build that worked yesterday breaks, and nobody can say with which version the service was written.',
  source: 'https://packaging.python.org/en/latest/specifications/version-specifiers/',
  messages: { unbounded: { text: '{name} has no version', remedy: 'State at least the oldest version that works.' } },
  examples: {
    bad: [
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = [\n  "fastapi>=0.115,<1",\n  "httpx",\n]\n',
        },
        at: ['pyproject.toml:5'],
      },
      { files: { 'requirements.txt': 'flask\nredis==5.0.0\n' }, at: ['requirements.txt:1'] },
    ],
    good: [
      { files: { 'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi>=0.115,<1"]\n' } },
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi"]\n',
          'uv.lock': 'version = 1\n',
        },
        note: 'The lock file holds the versions.',
      },
      { files: { 'requirements.txt': 'flask==3.0.0\nshared @ git+https://example.com/shared.git@v1\n' } },
    ],
  },
  check(project, { report }) {
    if (project.lock || !isService(project)) return;
    const constrained = new Set(
      project.requirementFiles
        .filter((file) => file.requirements.every((item) => item.clauses.some(({ operator }) => operator === '==')))
        .flatMap((file) => file.requirements.map((item) => item.name)),
    );
    const usesConstraints = project.requirementFiles.some((file) =>
      file.includes.some((include) => include.constraint),
    );
    for (const requirement of project.requirements) {
      if (
        requirement.group !== undefined ||
        requirement.direct ||
        requirement.clauses.length > 0 ||
        constrained.has(requirement.name) ||
        usesConstraints ||
        requirement.file.path.endsWith('.in')
      )
        continue;
      report('unbounded', requirement, { name: requirement.written });
    }
  },
});
