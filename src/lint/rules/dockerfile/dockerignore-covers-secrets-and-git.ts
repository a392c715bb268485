import { defineRule } from '../../rule.ts';
import { ignoreFiles, wholeContextSources } from './_dockerignore.ts';

const wanted = ['.git', '.env'] as const;

export const dockerignoreCoversSecretsAndGit = defineRule({
  id: 'dockerfile/dockerignore-covers-secrets-and-git',
  summary: 'The .dockerignore keeps the history and local secrets out',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Where the whole folder is copied, .git brings every secret that was ever committed into the image, and .env the ones of whoever builds it.',
  source: 'https://docs.docker.com/build/concepts/context/#dockerignore-files',
  messages: {
    open: { text: 'The whole folder is copied and {file} lets {name} through', remedy: 'Add {name} to it.' },
  },
  examples: {
    bad: [
      {
        files: { Dockerfile: 'FROM alpine:3.22\nCOPY . /app\n', '.dockerignore': '# caches\n__pycache__\n.git\n' },
        at: ['Dockerfile:2'],
      },
    ],
    good: [
      { files: { Dockerfile: 'FROM alpine:3.22\nCOPY . /app\n', '.dockerignore': '**/.git\n.env*\n' } },
      {
        files: { Dockerfile: 'FROM alpine:3.22\nCOPY . /app\n', '.dockerignore': '*\n!src\n' },
        note: 'Only what is named gets in.',
      },
      { files: { Dockerfile: 'FROM alpine:3.22\nCOPY src /app\n', '.dockerignore': 'docs\n' } },
    ],
  },
  check(dockerfile, { report, repository }) {
    const [source] = wholeContextSources(dockerfile);
    const files = ignoreFiles(dockerfile, repository);
    const [file] = files;
    if (source === undefined || file === undefined) return;
    const lines = files.flatMap((path) => repository.text(path)?.text.split(/\r?\n/) ?? []).map((line) => line.trim());
    for (const name of wanted) if (!lines.some((line) => covers(line, name))) report('open', source, { file, name });
  },
});

/** Whether a pattern may match a name at the top of the context. */
function covers(line: string, name: string): boolean {
  if (line === '' || line.startsWith('#') || line.startsWith('!')) return false;
  const pattern = line
    .replace(/^\.?\//, '')
    .replace(/^(?:\*\*\/)+/, '')
    .replace(/\/(?:\*\*?)?$/, '');
  const text = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  try {
    return new RegExp(`^${text}$`).test(name);
  } catch {
    return true;
  }
}
