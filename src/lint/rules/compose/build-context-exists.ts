import { joinPath } from '../../../artifacts/paths.ts';
import { defineRule } from '../../rule.ts';

export const buildContextExists = defineRule({
  id: 'compose/build-context-exists',
  summary: 'What a service is built from exists',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A moved folder or a misspelt Dockerfile is noticed only when someone builds, often on a machine that has no old image left.',
  source: 'https://docs.docker.com/reference/compose-file/build/',
  messages: {
    context: { text: 'There is no folder {path}', remedy: 'Correct the path; it is relative to the Compose file.' },
    dockerfile: { text: 'There is no {path}', remedy: 'Correct the path; it is relative to the build context.' },
  },
  examples: {
    bad: [
      {
        files: {
          'compose.yaml': `
          services:
            app:
              build: ./ap
            web:
              build:
                context: web
                dockerfile: Dockerfile.dev
        `,
          'web/Dockerfile': 'FROM alpine:3.22\n',
        },
        at: ['compose.yaml:3', 'compose.yaml:7'],
      },
    ],
    good: [
      {
        files: {
          'compose.yaml': `
          services:
            app:
              build: ./app
            other:
              build: \${CONTEXT}
            remote:
              build: https://github.com/example/app.git
            inline:
              build:
                context: app
                dockerfile_inline: FROM alpine:3.22
            outside:
              build: ../other
        `,
          'app/Dockerfile': 'FROM alpine:3.22\n',
        },
      },
    ],
  },
  check(project, { report, repository }) {
    for (const { root, directory } of project.services.values()) {
      const build = root.get('build');
      const contextNode = build?.get('context') ?? build;
      const context = contextNode?.string();
      if (build === undefined || contextNode === undefined || context === undefined) continue;
      const home = contextNode.file.path.slice(0, Math.max(contextNode.file.path.lastIndexOf('/'), 0));
      const folder = context.includes('$') || /^(?:git@|~)/.test(context) ? undefined : joinPath(directory, context);
      if (folder === undefined || home !== directory) continue;
      if (!repository.exists(folder)) {
        report('context', contextNode, { path: context });
        continue;
      }
      if (build.get('dockerfile_inline') !== undefined) continue;
      const node = build.get('dockerfile') ?? contextNode;
      const name = build.get('dockerfile') === undefined ? 'Dockerfile' : build.string('dockerfile');
      const path = name === undefined || name.includes('$') ? undefined : joinPath(folder, name);
      if (path !== undefined && !repository.exists(path)) report('dockerfile', node, { path });
    }
  },
});
