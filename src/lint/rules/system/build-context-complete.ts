import { joinPath } from '../../../artifacts/paths.ts';
import { defineRule } from '../../rule.ts';
import { fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

export const buildContextComplete = defineRule({
  id: 'system/build-context-complete',
  summary: 'What the Dockerfile copies exists in its build context',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'COPY of a path that the build context does not hold stops the build. It happens when a folder is renamed, or when Compose builds with another context than the Dockerfile was written for.',
  source: 'https://docs.docker.com/build/concepts/context/',
  messages: {
    missing: {
      text: 'The build context {context} has no {path}',
      remedy: 'Copy a path that exists, or build with the context that has it.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          Dockerfile: `
            FROM python:3.13-slim
            COPY src/ src/
          `,
        },
        at: ['Dockerfile:2'],
      },
      {
        files: {
          'services/orders/app/main.py': 'x = 1\n',
          'services/orders/Dockerfile': `
            FROM python:3.13-slim
            COPY app app
          `,
          'compose.yaml': `
            services:
              orders:
                build: { context: ., dockerfile: services/orders/Dockerfile }
          `,
        },
        at: ['services/orders/Dockerfile:2'],
        note: 'Compose builds it from the root.',
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: `
            FROM python:3.13-slim
            COPY app app
            COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
          `,
        },
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: `
            FROM python:3.13-slim
            ARG DIST
            COPY $DIST dist
            COPY build/*.whl /wheels/
            COPY dist/ /dist/
          `,
          '.gitignore': 'dist/\n',
        },
        note: 'A variable, a pattern and what a build makes first are not known.',
      },
    ],
  },
  check({ services, repository }, { report }) {
    const ignored = repository
      .matching(/(^|\/)\.gitignore$/)
      .map((path) => repository.text(path)?.text ?? '')
      .join('\n');
    for (const service of services) {
      for (const { dockerfile, context } of service.images) {
        if (context === undefined) continue;
        for (const instruction of dockerfile.instructions) {
          if (
            (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') ||
            instruction.flags.some((flag) => flag.name === 'from') ||
            instruction.heredocs.length > 0
          )
            continue;
          for (const word of (instruction.exec ?? instruction.words).slice(0, -1)) {
            const text = dockerfile.expand(word.value, instruction);
            if (text === undefined || /[*?[\]$\\]|^\w+:\/\/|^git@/.test(text)) continue;
            const path = joinPath(context, text.replace(/^\/+/, ''));
            if (
              path === undefined ||
              path === '' ||
              path === '.' ||
              repository.exists(path.replace(/\/$/, '')) ||
              path === context
            )
              continue;
            const base =
              path
                .split('/')
                .filter((part) => part !== '')
                .pop() ?? path;
            const first = text.replace(/^\.?\/+/, '').split('/')[0] ?? base;
            // What is ignored by git may be made before the build.
            if (
              ignored.includes(base) ||
              ignored.includes(first) ||
              /^(dist|build|target|node_modules|wheels|wheelhouse|requirements\.txt|\.env.*|.*\.(whl|jar|lock))$/.test(
                base,
              ) ||
              first === 'dist' ||
              first === 'build'
            )
              continue;
            report(
              'missing',
              word,
              { context: context === '' ? '.' : context, path: text },
              {
                related: [
                  says(
                    dockerfile.finalStage?.from ?? instruction,
                    `Built with the context ${context === '' ? '.' : context}`,
                  ),
                ],
              },
            );
          }
        }
      }
    }
  },
});
