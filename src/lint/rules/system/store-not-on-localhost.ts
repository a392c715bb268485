import type { Runtime } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';
import { isProvided } from './_settings.ts';

const service = {
  ...fastapiService,
  Dockerfile: dockerfile,
  'app/settings.py':
    'import os\n\nDATABASE_URL = os.environ["DATABASE_URL"]\nREDIS_HOST = os.getenv("REDIS_HOST", "redis")\n',
};

const compose = (variable: string, more = ''): string => `
  services:
    orders:
      build: .
      environment:
        ${variable}
      ${more}
    db:
      image: postgres:18
`;

export const storeNotOnLocalhost = defineRule({
  id: 'system/store-not-on-localhost',
  summary: 'In a container, databases and brokers are not looked for on localhost',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Inside a container localhost is the container itself, where no database runs. The address that worked at the desk is refused in Compose and in the cluster.',
  source: 'https://docs.docker.com/compose/how-tos/networking/',
  messages: {
    local: {
      text: '{variable} looks for its server on {host}, which is the container itself',
      remedy: 'Use the name of the service that runs it.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...service, 'compose.yaml': compose('DATABASE_URL: postgresql://orders@localhost:5432/orders') },
        at: ['compose.yaml:5'],
      },
      { files: { ...service, 'compose.yaml': compose('REDIS_HOST: 127.0.0.1') }, at: ['compose.yaml:5'] },
    ],
    good: [
      { files: { ...service, 'compose.yaml': compose('DATABASE_URL: postgresql://orders@db:5432/orders') } },
      {
        files: {
          ...service,
          'compose.yaml': compose('DATABASE_URL: postgresql://orders@localhost:5432/orders', 'network_mode: host'),
        },
        note: "The container shares the host's network.",
      },
      {
        files: { ...service, 'compose.yaml': compose('DATABASE_URL: postgresql://orders@${DB_HOST}:5432/orders') },
        note: 'Which host that is, is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const runtime of runtimes) {
      if (runtime.kind === 'image' || sharesNetwork(runtime)) continue;
      const { service, variables } = runtime;
      for (const setting of service.settings.settings) {
        if (!isProvided(setting, variables)) continue;
        for (const name of setting.variables) {
          const variable = variables.all.get(name);
          const value = variable?.value ?? '';
          const url =
            /^(?:postgres(?:ql)?|mysql|mariadb|rediss?|mongodb(?:\+srv)?|amqps?|kafka|nats)(?:\+\w+)?:\/\/(?:[^@/\s]*@)?(localhost|127\.0\.0\.1)(?=[:/?]|$)/i.exec(
              value,
            )?.[1];
          const host =
            /^(DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|REDIS|MONGO|MONGODB|RABBITMQ|KAFKA|NATS)_?(HOST|SERVER|HOSTNAME)$/i.test(
              name,
            )
              ? /^(localhost|127\.0\.0\.1)$/.exec(value)?.[1]
              : undefined;
          const local = url ?? host;
          if (!variable || variable.source === 'image' || local === undefined) continue;
          const key = `${variable.file.path}:${variable.range.start}`;
          if (told.has(key)) continue;
          told.add(key);
          report(
            'local',
            variable,
            { variable: variable.name, host: local },
            {
              related: [
                says(setting, `${service.name} reads it (${withPlace(setting.variables[0] ?? name, setting)})`),
              ],
            },
          );
        }
      }
    }
  },
});

/** Whether other containers may answer on the same loopback address. */
function sharesNetwork({ compose, kubernetes }: Runtime): boolean {
  if (compose) return compose.service.root.get('network_mode') !== undefined;
  if (!kubernetes) return true;
  return kubernetes.object.containers.length > 1 || kubernetes.object.podSpec?.boolean('hostNetwork') === true;
}
