import { defineRule } from '../../rule.ts';

const LOCKS = ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock'];

export const oneLockFile = defineRule({
  id: 'python/one-lock-file',
  summary: 'A project is locked by one tool',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Two lock files are brought up to date by different people at different times. Which versions are tested and which are shipped then depends on the tool that each step happens to use.',
  source: 'https://packaging.python.org/en/latest/specifications/pylock-toml/',
  messages: {
    several: { text: '{second} locks what {first} locks too', remedy: 'Keep the one that the image is built from.' },
  },
  examples: {
    bad: [
      {
        files: {
          'pyproject.toml': '[project]\nname = "orders"\n',
          'app/main.py': '',
          'poetry.lock': '# poetry\n',
          'uv.lock': 'version = 1\n',
        },
        at: ['poetry.lock:1'],
      },
    ],
    good: [
      { files: { 'pyproject.toml': '[project]\nname = "orders"\n', 'app/main.py': '', 'uv.lock': 'version = 1\n' } },
    ],
  },
  check(project, { report }) {
    const [first, second] = LOCKS.filter((name) => project.has(name));
    const file = second === undefined ? undefined : project.file(second);
    if (first === undefined || second === undefined || !file) return;
    report('several', { file, range: { start: 0, end: 0 } }, { first, second });
  },
});
