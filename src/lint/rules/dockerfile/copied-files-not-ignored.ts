import { ignoredBy, parseIgnoreFile } from '../../../artifacts/dockerfile/ignore-file.ts';
import { folderOf, joinPath } from '../../../artifacts/paths.ts';
import type { Repository } from '../../../artifacts/repository.ts';
import { defineRule } from '../../rule.ts';

export const copiedFilesNotIgnored = defineRule({
  id: 'dockerfile/copied-files-not-ignored',
  summary: 'What is copied is not left out by .dockerignore',
  severity: 'error',
  preset: 'recommended',
  peers: ['buildkit:CopyIgnoredFile'],
  why: 'A file that .dockerignore names is not sent to the builder. COPY then stops the build with "not found" although the file is there, and the reason stands in another file.',
  source: 'https://docs.docker.com/reference/build-checks/copy-ignored-file/',
  messages: {
    ignored: {
      text: '{path} is copied, but "{pattern}" keeps it out of the build context',
      remedy: 'Add !{path} below the pattern, or do not copy it.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Dockerfile: `
            FROM alpine:3.22
            COPY requirements.txt src/settings.json /app/
            COPY docs /docs
            ADD ./build/app.tar /app/
          `,
          '.dockerignore': '# what no image needs\n**/*.json\n/docs/\nbuild\n',
          'src/settings.json': '{}',
        },
        at: [2, 3, 4],
      },
      {
        files: {
          'orders/Dockerfile': 'FROM alpine:3.22\nCOPY app /app\n',
          'orders/.dockerignore': '*\n!src\n',
          'orders/app/main.py': 'x = 1\n',
        },
        at: ['orders/Dockerfile:2'],
      },
    ],
    good: [
      {
        files: {
          Dockerfile: `
            FROM alpine:3.22 AS build
            ARG FILE=docs
            COPY src requirements.txt /app/
            COPY docs/*.md \${FILE} $OTHER /docs/
            FROM alpine:3.22
            COPY --from=build docs /docs
            COPY . /app
          `,
          '.dockerignore': '*\n!src/\n!requirements.txt\n!docs/*.md\n',
        },
        note: 'Exceptions, other stages, patterns and variables.',
      },
      {
        files: {
          Dockerfile: 'FROM alpine:3.22\nCOPY src /src\n',
          '.dockerignore': '*\n!src/app/**\n',
        },
        note: 'A part of the folder is in the context.',
      },
      {
        files: {
          'orders/Dockerfile': 'FROM alpine:3.22\nCOPY orders/app /app\n',
          'orders/.dockerignore': '*\n',
          'orders/app/main.py': 'x = 1\n',
        },
        note: 'Built from the root, where nothing is ignored.',
      },
      {
        files: {
          Dockerfile: 'FROM alpine:3.22\nCOPY docs /docs\n',
          'Dockerfile.dockerignore': 'build\n',
          '.dockerignore': 'docs\n',
        },
        note: 'The ignore file of the Dockerfile itself takes precedence.',
      },
    ],
  },
  check(dockerfile, { report, repository }) {
    const { path } = dockerfile.file;
    const contexts = contextsOf(folderOf(path)).map((context) => ({ context, patterns: patternsOf(context) }));
    if (contexts.every(({ patterns }) => patterns.length === 0)) return;
    for (const { keyword, flags, exec, words, heredocs } of dockerfile.instructions) {
      if ((keyword !== 'COPY' && keyword !== 'ADD') || heredocs.length > 0) continue;
      if (flags.some(({ name }) => name === 'from')) continue;
      for (const word of (exec ?? words).slice(0, -1)) {
        const source = joinPath('', word.value.replace(/^\/+/, ''));
        if (source === undefined || source === '' || /[*?[\]$\\]|^git@/.test(source)) continue;
        // Built from any of these folders it is the same; another one the build cannot be started from.
        const possible =
          contexts.length === 1
            ? contexts
            : contexts.filter(({ context }) => repository.exists(joinPath(context, source) ?? source));
        const decisive = possible.map(({ patterns }) => ignoredBy(source, patterns));
        const [first] = decisive;
        if (first === undefined || decisive.includes(undefined)) continue;
        const related = [{ file: first.file, range: first.range, message: 'Left out here' }];
        report('ignored', word, { path: source, pattern: first.text }, { related });
      }
    }

    function patternsOf(context: string) {
      const file = ignoreFileOf(path, context, repository);
      return file ? parseIgnoreFile(file) : [];
    }
  },
});

/** The folders that a build may be started with: the Dockerfile's own and those above. */
function contextsOf(folder: string): readonly string[] {
  const parts = folder === '' ? [] : folder.split('/');
  return [...parts, ''].map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

function ignoreFileOf(dockerfile: string, context: string, repository: Repository) {
  const own = `${dockerfile}.dockerignore`;
  return repository.text(repository.exists(own) ? own : context === '' ? '.dockerignore' : `${context}/.dockerignore`);
}
