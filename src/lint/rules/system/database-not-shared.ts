import type { Runtime, System } from '../../../system/system.ts';
import type { ProvidedVariable } from '../../../system/variables.ts';
import { defineRule } from '../../rule.ts';
import { says, withPlace } from './_ports.ts';

const services = (orders: string, payments: string): Record<string, string> => ({
  'orders/requirements.txt': 'flask==3.0.0\n',
  'orders/app.py': 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
  'payments/requirements.txt': 'flask==3.0.0\n',
  'payments/app.py': 'import os\n\nURL = os.environ["DATABASE_URL"]\n',
  'payments/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
  'compose.yaml': `
    services:
      orders:
        build: orders
        environment: { DATABASE_URL: "${orders}" }
      payments:
        build: payments
        environment: { DATABASE_URL: "${payments}" }
  `,
});

export const databaseNotShared = defineRule({
  id: 'system/database-not-shared',
  summary: 'Each service has a database of its own',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Two services on one database are coupled by every table: neither can change its schema, be restored or be moved alone, and nobody can say which of them wrote a row.',
  source: 'https://microservices.io/patterns/data/database-per-service.html',
  messages: {
    shared: {
      text: '{service} uses the database {database}, which {other} uses too',
      remedy: 'Give each service a database and a user of its own.',
    },
  },
  examples: {
    bad: [
      { files: services('postgresql://app@db:5432/shop', 'postgresql://app@db:5432/shop'), at: ['compose.yaml:7'] },
      {
        files: services('postgresql://orders@db/shop', 'postgresql+asyncpg://payments@db:5432/shop'),
        at: ['compose.yaml:7'],
        note: 'Another driver and user, but the same database.',
      },
    ],
    good: [
      { files: services('postgresql://orders@db/orders', 'postgresql://payments@db/payments') },
      {
        files: services('postgresql://app@${DB_HOST}/shop', 'postgresql://app@${DB_HOST}/shop'),
        note: 'Where these point is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const project of system.repository.composeProjects) {
      const seen = new Map<string, { readonly runtime: Runtime; readonly variable: ProvidedVariable }>();
      for (const { runtime, variable, database } of databases(system)) {
        if (runtime.compose?.project !== project) continue;
        const known = seen.get(database);
        if (!known) seen.set(database, { runtime, variable });
        else if (known.runtime.service !== runtime.service) {
          report(
            'shared',
            variable,
            { service: runtime.service.name, database, other: withPlace(known.runtime.service.name, known.variable) },
            { related: [says(known.variable, `${known.runtime.service.name} uses it too`)] },
          );
        }
      }
    }
  },
});

function databases(system: System) {
  return system.runtimes.flatMap((runtime) =>
    [...runtime.variables.all.values()].flatMap((variable) => {
      const match = /^(postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?:\/\/(?:[^@/]*@)?([^:/?]+)(?::(\d+))?\/([^?]+)/.exec(
        variable.value ?? '',
      );
      if (!match || variable.source === 'image') return [];
      const kind = match[1]?.startsWith('postgres') ? 'postgresql' : 'mysql';
      return [
        {
          runtime,
          variable,
          database: `${kind}://${match[2]}:${match[3] ?? (kind === 'postgresql' ? '5432' : '3306')}/${match[4]}`,
        },
      ];
    }),
  );
}
