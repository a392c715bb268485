import { parseClauses } from '../../../artifacts/python/requirement.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { defineRule } from '../../rule.ts';
import { says, withPlace } from './_ports.ts';

const project = (requires: string, extra = ''): string => `
  [project]
  name = "orders"
  version = "0.1.0"
  requires-python = "${requires}"
${extra}`;

export const pythonVersionAgrees = defineRule({
  id: 'system/python-version-agrees',
  summary: 'The image, .python-version and the tools use a Python that the project supports',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'An image with an older Python than requires-python cannot install the project; a type checker or linter that targets another version than the image runs accepts code that fails there, or refuses code that works.',
  source: 'https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python',
  messages: {
    outside: {
      text: '{what} has Python {version}, but the project requires {required}',
      remedy: 'Use a version that the project supports, or widen requires-python.',
    },
    differs: {
      text: '.python-version says {version}, but the image has Python {image}',
      remedy: 'Use one version for both.',
    },
  },
  examples: {
    bad: [
      {
        files: { 'pyproject.toml': project('>=3.13'), Dockerfile: 'FROM python:3.11-slim\nCOPY . .\n' },
        at: ['Dockerfile:1'],
      },
      {
        files: {
          'pyproject.toml': project('>=3.12'),
          '.python-version': '3.12\n',
          Dockerfile: 'FROM python:3.13-slim\nCOPY . .\n',
        },
        at: ['.python-version:1'],
      },
      {
        files: {
          'pyproject.toml': project('>=3.12,<3.14', '  [tool.mypy]\n  python_version = "3.11"\n'),
          'app.py': 'x = 1\n',
        },
        at: ['pyproject.toml:6'],
      },
    ],
    good: [
      {
        files: {
          'pyproject.toml': project('>=3.12'),
          '.python-version': '3.13\n',
          Dockerfile: 'FROM python:3.13-slim AS build\nFROM build\nCOPY . .\n',
        },
      },
      {
        files: {
          'pyproject.toml': project('>=3.13'),
          Dockerfile: 'ARG VERSION\nFROM python:${VERSION}-slim\nCOPY . .\n',
        },
        note: 'The version is given when the image is built.',
      },
    ],
  },
  check({ services, repository }, { report }) {
    const seen = new Set<string>();
    for (const service of services) {
      const required = service.project?.requiresPython;
      for (const { dockerfile } of service.images) {
        for (const stage of dockerfile.stages) {
          const version =
            stage.image && /(^|\/)(python)$/.test(stage.image.repository)
              ? /^(\d+\.\d+)/.exec(stage.image.tag ?? '')?.[1]
              : undefined;
          if (version === undefined) continue;
          if (required && !admits(required.text, version)) {
            report(
              'outside',
              stage.base,
              { what: 'The image', version, required: withPlace(required.text, required) },
              { related: [says(required, 'The project requires this')] },
            );
          }
          const file = service.project?.file('.python-version');
          const stated = file ? /^\s*(?:cpython-)?(\d+\.\d+)/.exec(file.text)?.[1] : undefined;
          if (file && stated !== undefined && stated !== version && !seen.has(file.path)) {
            seen.add(file.path);
            const range = { start: file.text.indexOf(stated), end: file.text.indexOf(stated) + stated.length };
            report(
              'differs',
              { file, range },
              { version: stated, image: withPlace(version, stage.base) },
              { related: [says(stage.base, `The image has Python ${version}`)] },
            );
          }
        }
      }
    }
    for (const project of repository.python?.projects ?? []) {
      const required = project.requiresPython;
      if (!required) continue;
      for (const [what, path, pattern] of TOOLS) {
        const value = project.pyproject?.get(...path);
        const match = typeof value?.value === 'string' ? pattern.exec(value.value) : null;
        if (!value || !match) continue;
        const version = `${match[1]}.${match[2]}`;
        // A tool may target the oldest supported version, not one outside.
        if (admits(required.text, version)) continue;
        const place: Location = value;
        report(
          'outside',
          place,
          { what, version, required: withPlace(required.text, required) },
          { related: [says(required, 'The project requires this')] },
        );
      }
    }
  },
});

const TOOLS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['mypy', ['tool', 'mypy', 'python_version'], /^(\d)\.(\d+)/],
  ['pyright', ['tool', 'pyright', 'pythonVersion'], /^(\d)\.(\d+)/],
  ['ruff', ['tool', 'ruff', 'target-version'], /^py(\d)(\d+)$/],
];

/** Whether a specifier lets some patch release of a minor version in; what is not understood does. */
function admits(specifier: string, version: string): boolean {
  if (specifier.includes('^') || specifier.includes('||'))
    return !specifier.startsWith('^') || atLeast(version, specifier.slice(1));
  return parseClauses(specifier).every(({ operator, version: bound }) => {
    const order = compare(version, bound);
    const patch = bound.split('.').length > 2 && !bound.endsWith('.0');
    switch (operator) {
      case '>=':
      case '>':
        return order > 0 || (order === 0 && (operator === '>=' || patch));
      case '<':
        return order < 0 || (order === 0 && patch);
      case '<=':
        return order <= 0;
      case '==':
      case '===':
        return order === 0 || bound.split('.').length < 2 || bound === `${version.split('.')[0]}.*`;
      case '~=':
        return bound.split('.').length > 2 ? order === 0 : order >= 0;
      default:
        return true;
    }
  });
}

function atLeast(version: string, bound: string): boolean {
  return compare(version, bound) >= 0;
}

/** Orders two versions by their first two numbers. */
function compare(left: string, right: string): number {
  const [a = 0, b = 0] = left.split('.').map(Number);
  const [c = 0, d = 0] = right.split('.').map((part) => Number.parseInt(part, 10));
  return a - c || b - (Number.isNaN(d) ? b : d);
}
