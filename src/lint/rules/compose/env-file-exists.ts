import { joinPath } from '../../../artifacts/paths.ts';
import { ListNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const envFileExists = defineRule({
  id: 'compose/env-file-exists',
  summary: 'The files of env_file exist',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Compose does not start a project whose env_file is missing. Files that git ignores, or that an example file stands for, are made by whoever runs the project and are not reported.',
  source: 'https://docs.docker.com/reference/compose-file/services/#env_file',
  messages: { missing: { text: 'There is no {path}', remedy: 'Correct the path, or set required: false.' } },
  examples: {
    bad: [
      {
        files: {
          'compose.yaml': `
          services:
            app:
              image: example.com/app:1
              env_file: config/app.env
        `,
          'config/web.env': 'A=1\n',
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      {
        files: {
          'compose.yaml': `
          services:
            app:
              image: example.com/app:1
              env_file:
                - app.env
                - .env
                - local.env
                - path: other.env
                  required: false
        `,
          'app.env': 'A=1\n',
          '.env.example': 'A=1\n',
          '.gitignore': 'local.*\n',
        },
      },
    ],
  },
  check(project, { report, repository }) {
    for (const { root, directory } of project.services.values()) {
      const files = root.get('env_file');
      for (const node of files instanceof ListNode ? files.items : files === undefined ? [] : [files]) {
        const place = node.get('path') ?? node;
        const text = place.string();
        const home = place.file.path.slice(0, Math.max(place.file.path.lastIndexOf('/'), 0));
        if (text === undefined || text.includes('$') || node.boolean('required') === false) continue;
        const path = home === directory ? joinPath(directory, text) : undefined;
        if (path === undefined || repository.exists(path)) continue;
        const hasExample = ['example', 'sample', 'template', 'dist'].some((end) => repository.exists(`${path}.${end}`));
        if (!hasExample && !isIgnored(path, directory)) report('missing', place, { path: text });
      }
    }

    /** Whether a line of the .gitignore files may mean the path. */
    function isIgnored(path: string, directory: string): boolean {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return ['.gitignore', joinPath(directory, '.gitignore') ?? ''].some((ignore) =>
        repository
          .text(ignore)
          ?.text.split(/\r?\n/)
          .some((line) => {
            const glob = line.trim().replace(/^\/|\/$/g, '');
            if (glob === '' || glob.startsWith('#') || glob.startsWith('!')) return false;
            const pattern = glob
              .replace(/[.+^${}()|[\]\\]/g, '\\$&')
              .replace(/\*+/g, '.*')
              .replace(/\?/g, '.');
            return new RegExp(`^(?:.*/)?${pattern}(?:/.*)?$`).test(path) || name === glob;
          }),
      );
    }
  },
});
