import { ancestors, isTestPath, type PythonProject } from '../../../artifacts/python/project.ts';
import { normalizeName } from '../../../artifacts/python/requirement.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const manifest = (dependencies: string): string => `
  [project]
  name = "orders"
  version = "0.1.0"
  dependencies = [${dependencies}]
`;

export const dependencyDeclared = defineRule({
  id: 'system/dependency-declared',
  summary: 'What the code imports is declared as a dependency',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A package that is imported and not declared is there only because another one needs it, or because it is installed on the desk. It is missing when that other one stops needing it, or in the image at once.',
  source: 'https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies',
  messages: {
    undeclared: { text: '{module} is imported, but {file} declares no {distribution}', remedy: 'Declare it.' },
  },
  examples: {
    bad: [
      {
        files: {
          'pyproject.toml': manifest('"fastapi>=0.115"'),
          'app/main.py': 'import httpx\nfrom fastapi import FastAPI\n',
        },
        at: ['app/main.py:1'],
      },
      {
        files: { 'requirements.txt': 'flask==3.0.0\n', 'app/main.py': 'from flask import Flask\nimport yaml\n' },
        at: ['app/main.py:2'],
      },
    ],
    good: [
      {
        files: {
          'pyproject.toml': manifest('"fastapi>=0.115", "PyYAML>=6"'),
          'app/main.py': 'import yaml\nfrom fastapi import FastAPI\nfrom app.other import x\n',
          'app/other.py': 'x = 1\n',
        },
      },
      {
        files: { 'pyproject.toml': manifest('"company-kit>=2"'), 'app/main.py': 'import companykit\n' },
        note: 'Which distribution brings that module is not known.',
      },
      {
        files: {
          'pyproject.toml': manifest('"fastapi>=0.115"'),
          'app/main.py': 'try:\n    import httpx\nexcept ImportError:\n    httpx = None\n',
        },
        note: 'It is optional.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const project of repository.python?.projects ?? []) {
      const [manifestFile] = project.requirements.map((item) => item.file);
      if (!manifestFile || isDynamic(project)) continue;
      const declared = new Set(project.requirements.map((item) => item.name));
      for (const root of ancestors(`${project.root}/x`))
        for (const other of repository.python?.projects ?? [])
          if (other.root === root) for (const item of other.requirements) declared.add(item.name);
      const told = new Set<string>();
      for (const module of project.sources) {
        if (
          isTestPath(module.path) ||
          /(^|\/)(\.[^/]+|bin|docs?|scripts?|tools?|examples?)\//.test(project.relative(module.path))
        )
          continue;
        for (const { statement, scope } of module.statements) {
          if (statement.kind !== 'import' || scope.guarded || scope.typing || scope.conditional) continue;
          for (const imported of statement.names) {
            const top = imported.module.split('.')[0] ?? '';
            const distributions = KNOWN.get(top);
            if (
              imported.level > 0 ||
              !distributions ||
              told.has(top) ||
              distributions.some((name) => declared.has(normalizeName(name))) ||
              repository.python?.find(top, module)
            )
              continue;
            told.add(top);
            report(
              'undeclared',
              { file: module.file, range: imported.range },
              { module: top, file: manifestFile.path, distribution: distributions[0] ?? top },
              {
                related: [
                  says({ file: manifestFile, range: { start: 0, end: 0 } }, 'The dependencies are declared here'),
                ],
              },
            );
          }
        }
      }
    }
  },
});

/** Requirements that are read from elsewhere when the project is built. */
function isDynamic(project: PythonProject): boolean {
  const items = project.pyproject?.items('project', 'dynamic') ?? [];
  return (
    items.some((item) => item.value === 'dependencies') ||
    project.has('setup.py') ||
    project.has('setup.cfg') ||
    project.has('environment.yml') ||
    project.has('conda.yaml') ||
    project.requirementFiles.some((file) => file.includes.some((include) => include.path.includes('..')))
  );
}

/** Modules of which it is certain which distributions bring them; the first is the usual one. */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['fastapi', ['fastapi', 'fastapi-slim']],
  ['flask', ['flask']],
  ['django', ['django']],
  ['httpx', ['httpx']],
  ['requests', ['requests']],
  ['yaml', ['pyyaml']],
  ['sqlalchemy', ['sqlalchemy', 'flask-sqlalchemy', 'sqlmodel', 'flask-migrate']],
  ['alembic', ['alembic', 'flask-migrate']],
  ['redis', ['redis', 'celery', 'django-redis', 'rq', 'arq']],
  ['celery', ['celery']],
  ['pika', ['pika']],
  ['aio_pika', ['aio-pika', 'faststream']],
  ['aiokafka', ['aiokafka', 'faststream']],
  ['faststream', ['faststream']],
  ['boto3', ['boto3', 'aioboto3']],
  ['psycopg', ['psycopg', 'psycopg-binary']],
  ['psycopg2', ['psycopg2', 'psycopg2-binary']],
  ['asyncpg', ['asyncpg']],
  ['structlog', ['structlog']],
  ['tenacity', ['tenacity']],
  [
    'prometheus_client',
    [
      'prometheus-client',
      'prometheus-fastapi-instrumentator',
      'starlette-exporter',
      'prometheus-flask-exporter',
      'django-prometheus',
    ],
  ],
  ['pydantic_settings', ['pydantic-settings', 'fastapi']],
  ['jwt', ['pyjwt', 'flask-jwt-extended', 'djangorestframework-simplejwt', 'djangorestframework-jwt']],
  ['dotenv', ['python-dotenv', 'pydantic-settings', 'uvicorn', 'fastapi']],
  ['jinja2', ['jinja2', 'flask', 'fastapi']],
  ['PIL', ['pillow']],
  ['bs4', ['beautifulsoup4']],
  ['rest_framework', ['djangorestframework']],
  ['corsheaders', ['django-cors-headers']],
  ['pymongo', ['pymongo', 'motor', 'beanie', 'mongoengine', 'djongo']],
  ['motor', ['motor', 'beanie']],
  ['sentry_sdk', ['sentry-sdk']],
  ['orjson', ['orjson', 'fastapi']],
  ['aiohttp', ['aiohttp']],
  ['grpc', ['grpcio', 'grpcio-tools', 'grpcio-health-checking']],
]);
