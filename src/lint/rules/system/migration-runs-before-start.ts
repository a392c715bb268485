import { defineRule } from '../../rule.ts';
import { fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

const files = (command: string): Record<string, string> => ({
  ...fastapiService,
  'alembic.ini': '[alembic]\nscript_location = migrations\n',
  'migrations/env.py': 'from alembic import context\n',
  'migrations/versions/0001_orders.py': 'revision = "0001"\n',
  Dockerfile: `
    FROM python:3.13-slim
    COPY . .
    CMD ["sh", "-c", "${command}"]
  `,
});

const serve = 'uvicorn app.main:app --host 0.0.0.0';

const deployment = `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec: { containers: [{ name: orders, image: "ghcr.io/acme/orders:1.0" }] }
`;

export const migrationRunsBeforeStart = defineRule({
  id: 'system/migration-runs-before-start',
  summary: 'Migrations that exist are run by something before the service starts',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Migrations that nothing runs are run by hand, or forgotten: the new version then meets the old schema, and fails with the first query that needs the new column.',
  source: 'https://alembic.sqlalchemy.org/en/latest/tutorial.html#running-our-first-migration',
  messages: {
    never: {
      text: '{service} has migrations ({place}), but nothing that deploys it runs them',
      remedy: 'Run them in a job, an init container or a pipeline step before the new version serves.',
    },
  },
  examples: {
    bad: [
      { files: { ...files(serve), 'k8s/app.yaml': deployment }, at: ['k8s/app.yaml:3'] },
      {
        files: { ...files(serve), 'k8s/app.yaml': deployment.replace('ghcr.io/acme/orders:1.0', 'orders:2.0') },
        at: ['k8s/app.yaml:3'],
      },
    ],
    good: [
      { files: { ...files(`alembic upgrade head && ${serve}`), 'k8s/app.yaml': deployment } },
      {
        files: { ...files(serve), 'k8s/app.yaml': deployment, Makefile: 'deploy:\n\talembic upgrade head\n' },
        note: 'Something in the repository runs them; when, is not known.',
      },
      {
        files: {
          ...files(serve),
          'app/start.py': 'from alembic import command\n\n\ndef migrate():\n    command.upgrade(config, "head")\n',
          'k8s/app.yaml': deployment,
        },
        note: 'The code runs them itself.',
      },
    ],
  },
  check({ runtimes, repository }, { report }) {
    const told = new Set<string>();
    let mentioned: boolean | undefined;
    for (const { kubernetes, service, start } of runtimes) {
      const { project } = service;
      if (!kubernetes || !start || !project || told.has(service.name)) continue;
      const path = repository
        .below(project.root)
        .find((item) => /(^|\/)(alembic|migrations)\/versions\/[^/]+\.py$/.test(item));
      const file = path === undefined ? undefined : repository.text(path);
      if (!file) continue;
      mentioned ??= mentionsMigration(repository.paths, (item) => repository.text(item)?.text);
      if (mentioned) continue;
      told.add(service.name);
      const place = { file, range: { start: 0, end: 0 } };
      report(
        'never',
        kubernetes.object.nameLocation,
        { service: service.name, place: file.path },
        { related: [says(place, 'A migration')] },
      );
    }
  },
});

/** Whether any file that could run migrations does so; documentation does not count. */
function mentionsMigration(paths: readonly string[], read: (path: string) => string | undefined): boolean {
  return paths.some((path) => {
    if (/\.(md|rst|lock|ini|mako|svg|html|css|js)$/.test(path) || /(^|\/)(docs?|versions|node_modules)\//.test(path))
      return false;
    if (
      !/\.(py|sh|ya?ml|toml|cfg|mk|just|tf|tpl|Jenkinsfile)$|(^|\/)(Dockerfile|Makefile|justfile|Procfile|Jenkinsfile|[^./]+)[^/]*$/.test(
        path,
      )
    )
      return false;
    const text = read(path);
    return (
      text !== undefined &&
      /alembic[\s",'\]]+(-\S+[\s",']+)*upgrade|command\.upgrade|flask[\s",']+db[\s",']+upgrade|manage\.py[\s",']+migrate|\bmigrat(e|ion)\b.*\b(job|command|run)|[\w.]+\.migrate\b|"migrate"/i.test(
        text,
      )
    );
  });
}
