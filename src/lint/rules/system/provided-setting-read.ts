import type { Repository } from '../../../artifacts/repository.ts';
import type { Service } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

const code = `
  from pydantic_settings import BaseSettings


  class Settings(BaseSettings):
      database_url: str = "sqlite://"


  settings = Settings()
`;

const compose = (name: string): string => `
  services:
    orders:
      build: .
      environment:
        ${name}: postgresql://db/orders
`;

export const providedSettingRead = defineRule({
  id: 'system/provided-setting-read',
  summary: 'A variable that is supplied to a service is read by something',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A variable that nobody reads is a setting that was renamed, or one that is misspelt: the service runs with the default, and everybody believes that it is configured.',
  source: 'https://12factor.net/config',
  messages: {
    unread: {
      text: '{variable} is supplied to {service}, but nothing in it reads that name',
      remedy: 'Use the name that the code reads, or remove the variable.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          'app/config.py': code,
          Dockerfile: dockerfile,
          'compose.yaml': compose('DATABASE_URI'),
        },
        at: ['compose.yaml:5'],
      },
      {
        files: {
          ...fastapiService,
          'app/config.py': code.replace('database_url', 'url'),
          Dockerfile: dockerfile,
          'compose.yaml': compose('ORDERS_DSN'),
        },
        at: ['compose.yaml:5'],
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          'app/config.py': code,
          Dockerfile: dockerfile,
          'compose.yaml': compose('DATABASE_URL'),
        },
      },
      {
        files: {
          ...fastapiService,
          'app/config.py': code,
          Dockerfile: dockerfile,
          'compose.yaml': compose('OTEL_SERVICE_NAME'),
        },
        note: 'Read by a library.',
      },
      {
        files: {
          ...fastapiService,
          'app/config.py': 'import os\n\nsettings = load(os.environ)\n',
          Dockerfile: dockerfile,
          'compose.yaml': compose('DATABASE_URI'),
        },
        note: 'The whole environment is handed on: what is read is not known.',
      },
    ],
  },
  check({ runtimes, repository }, { report }) {
    const told = new Set<string>();
    const texts = new Map<Service, string>();
    for (const runtime of runtimes) {
      const { service } = runtime;
      if (runtime.kind === 'image' || !service.project || !runtime.start || service.settings.open) continue;
      for (const variable of runtime.variables.all.values()) {
        const key = `${variable.file.path}:${variable.range.start}`;
        if (
          variable.source === 'image' ||
          variable.source === 'env-file' ||
          variable.source === 'secret' ||
          told.has(key) ||
          LIBRARIES.test(variable.name)
        )
          continue;
        const text = texts.get(service) ?? sourceText(service, repository);
        texts.set(service, text);
        if (isRead(variable.name, service, text)) continue;
        told.add(key);
        report(
          'unread',
          variable,
          { variable: variable.name, service: service.name },
          { related: [says(runtime.place, `${service.name} is given it`)] },
        );
      }
    }
  },
});

/** Variables that servers, libraries, interpreters and platforms read themselves. */
const LIBRARIES =
  /^(OTEL|AWS|AZURE|GOOGLE|GCP|GCLOUD|UVICORN|GUNICORN|GRANIAN|HYPERCORN|WEB_CONCURRENCY|PYTHON|PIP|UV|VIRTUAL|POETRY|DJANGO|FLASK|CELERY|SENTRY|DD|NEW_RELIC|NEWRELIC|PROMETHEUS|JAEGER|TZ|LANG|LC|PATH|HOME|USER|HOSTNAME|TERM|TMPDIR|HTTP|HTTPS|NO_PROXY|ALL_PROXY|http|https|no_proxy|SSL|REQUESTS|CURL|PG|MYSQL|POSTGRES|REDIS|RABBITMQ|KAFKA|MALLOC|LD|NODE|NPM|DOCKER|COMPOSE|KUBERNETES|POD|NODE_NAME|NAMESPACE|PORT|HOST|LOG|FORWARDED_ALLOW_IPS|GRPC|ELASTIC|APM|CONSUL|VAULT|SPRING|JAVA|DEBUG|ENV|ENVIRONMENT|APP_ENV|STAGE|SERVICE|TRAEFIK|SQLALCHEMY|ALEMBIC|PYDANTIC|RUFF|MYPY|COVERAGE|PYTEST|WATCHFILES|TINI|S6|CI)($|_)|^PYTHON|^LC_/;

function isRead(name: string, service: Service, text: string): boolean {
  const upper = name.toUpperCase();
  for (const setting of service.settings.settings) {
    if (setting.variables.some((item) => item.toUpperCase() === upper || `${item.toUpperCase()}_FILE` === upper))
      return true;
    if (setting.nestedPrefix !== undefined && upper.startsWith(setting.nestedPrefix)) return true;
  }
  return new RegExp(`\\b${name}\\b`, 'i').test(text);
}

/** All text of the service's own folder that could read a variable, Compose files and manifests left out. */
function sourceText(service: Service, repository: Repository): string {
  const files = repository
    .below(service.root)
    .filter(
      (path) =>
        /\.(py|sh|toml|cfg|ini|conf|j2|html|js|json|txt|tmpl|template)$/.test(path) ||
        /(Dockerfile|entrypoint|Makefile|Procfile)[^/]*$/i.test(path),
    );
  return files.map((path) => repository.text(path)?.text ?? '').join('\n');
}
