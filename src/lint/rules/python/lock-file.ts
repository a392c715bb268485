import { defineRule } from '../../rule.ts';
import { isService } from './_services.ts';

export const lockFile = defineRule({
  id: 'python/lock-file',
  summary: 'A service has a lock file',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Without a lock two builds of one commit install different packages: what was tested is not what is deployed, and a broken release of some indirect dependency stops the build at the worst time.',
  source: 'https://packaging.python.org/en/latest/specifications/pylock-toml/',
  messages: {
    missing: {
      text: 'The project has no lock file, and its requirements are not pinned',
      remedy: 'Commit uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pylock.toml, or requirements with exact versions.',
    },
  },
  examples: {
    bad: [
      {
        files: { 'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi>=0.115,<1"]\n' },
        at: ['pyproject.toml:1'],
      },
    ],
    good: [
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi>=0.115,<1"]\n',
          'uv.lock': 'version = 1\n',
        },
      },
      { files: { 'requirements.txt': 'flask==3.0.0\nwerkzeug==3.0.1\n' } },
      {
        files: { 'pyproject.toml': '[project]\nname = "numbers"\ndependencies = ["numpy>=2"]\n' },
        note: 'A library is installed with what its users lock.',
      },
    ],
  },
  check(project, { report, repository }) {
    if (!isService(project) || project.lock) return;
    const folders = ['', project.root];
    if (
      folders.some((folder) =>
        repository.matching(/(^|\/)pylock(\.[\w-]+)?\.toml$/).some((path) => path.startsWith(folder)),
      )
    )
      return;
    const pinned = project.requirementFiles.some(
      (file) =>
        file.hashed ||
        (file.requirements.length > 0 &&
          file.requirements.every(
            (item) => item.direct || item.clauses.some(({ operator }) => operator === '==' || operator === '==='),
          )),
    );
    if (pinned) return;
    const table = project.pyproject?.get('project') ?? project.pyproject?.get('tool', 'poetry');
    const [first] = project.requirements;
    if (table) report('missing', { file: table.file, range: table.keyRange });
    else if (first) report('missing', first);
  },
});
