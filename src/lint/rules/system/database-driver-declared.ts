import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

/** The distributions that bring a driver, by the name that a SQLAlchemy URL has for it. */
const DRIVERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['asyncpg', ['asyncpg']],
  ['psycopg', ['psycopg', 'psycopg-binary', 'psycopg-c']],
  ['psycopg_async', ['psycopg', 'psycopg-binary', 'psycopg-c']],
  ['psycopg2', ['psycopg2', 'psycopg2-binary']],
  ['pg8000', ['pg8000']],
  ['pymysql', ['pymysql']],
  ['aiomysql', ['aiomysql']],
  ['asyncmy', ['asyncmy']],
  ['mysqldb', ['mysqlclient']],
  ['mysqlconnector', ['mysql-connector-python']],
  ['aiosqlite', ['aiosqlite']],
]);

const project = (...drivers: readonly string[]): Record<string, string> => ({
  ...fastapiService,
  'pyproject.toml': `[project]\nname = "orders"\ndependencies = [${['fastapi>=0.115', 'uvicorn>=0.30', 'sqlalchemy[asyncio]>=2', ...drivers].map((item) => `"${item}"`).join(', ')}]\n`,
  Dockerfile: dockerfile,
});

const compose = (url: string): string => `
  services:
    orders:
      build: .
      environment:
        DATABASE_URL: ${url}
`;

export const databaseDriverDeclared = defineRule({
  id: 'system/database-driver-declared',
  summary: 'The driver that a database address names is a dependency',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'SQLAlchemy loads the driver by its name in the address, when the first connection is made. An address that names another driver than the project installs passes every check before, and the service fails with ModuleNotFoundError in the one environment that has that address.',
  source: 'https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls',
  messages: {
    missing: {
      text: '{variable} names the driver {driver}, but {manifest} declares no {distribution}',
      remedy: 'Declare it, or name a driver that is declared.',
    },
  },
  examples: {
    bad: [
      { files: { ...project(), 'compose.yaml': compose('postgresql+asyncpg://db/orders') }, at: ['compose.yaml:5'] },
      {
        files: { ...project('psycopg[binary]>=3'), 'compose.yaml': compose('postgresql+psycopg2://db/orders') },
        at: ['compose.yaml:5'],
      },
    ],
    good: [
      { files: { ...project('asyncpg>=0.30'), 'compose.yaml': compose('postgresql+asyncpg://db/orders') } },
      {
        files: { ...project(), 'compose.yaml': compose('postgresql://db/orders') },
        note: 'The address names no driver.',
      },
      {
        files: { ...project(), 'compose.yaml': compose('postgresql+${DRIVER}://db/orders') },
        note: 'Which driver that is, is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { service, variables, kind } of runtimes) {
      const [first] = service.project?.requirements ?? [];
      if (!service.project || !first || kind === 'image' || service.project.has('setup.py')) continue;
      for (const variable of variables.all.values()) {
        const driver = /^[a-z]+\+([a-z0-9_]+):\/\//.exec(variable.value ?? '')?.[1];
        const distributions = driver === undefined ? undefined : DRIVERS.get(driver);
        if (driver === undefined || !distributions) continue;
        const { lock } = service.project;
        if (service.project.requires(...distributions) || distributions.some((name) => lock?.packages.has(name)))
          continue;
        report(
          'missing',
          variable,
          {
            variable: variable.name,
            driver,
            manifest: first.file.path,
            distribution: distributions[0] ?? driver,
          },
          { related: [says(first, `The dependencies of ${service.name}`)] },
        );
      }
    }
  },
});
