import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const service = { ...fastapiService, Dockerfile: dockerfile };

const deployment = (replicas: string, url: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    replicas: ${replicas}
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
            env: [{ name: DATABASE_URL, value: "${url}" }]
`;

const autoscaler = `
  apiVersion: autoscaling/v2
  kind: HorizontalPodAutoscaler
  metadata: { name: orders }
  spec:
    scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
    minReplicas: 1
    maxReplicas: 5
`;

export const sqliteHasOneWriter = defineRule({
  id: 'system/sqlite-has-one-writer',
  summary: 'A service that keeps its data in SQLite runs once',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'SQLite is a file. Replicas on their own disks each have another database, so that what one wrote the next does not find; replicas that share the file over a network lock each other out, or damage it.',
  source: 'https://www.sqlite.org/whentouse.html',
  messages: {
    many: {
      text: '{workload} may run {count} times, but {variable} is a SQLite file',
      remedy: 'Run one replica, or use a database server.',
    },
  },
  examples: {
    bad: [
      { files: { ...service, 'k8s/app.yaml': deployment('3', 'sqlite:////data/orders.db') }, at: ['k8s/app.yaml:5'] },
      {
        files: {
          ...service,
          'k8s/app.yaml': deployment('1', 'sqlite+aiosqlite:////data/orders.db'),
          'k8s/autoscaler.yaml': autoscaler,
        },
        at: ['k8s/autoscaler.yaml:7'],
      },
    ],
    good: [
      { files: { ...service, 'k8s/app.yaml': deployment('1', 'sqlite:////data/orders.db') } },
      { files: { ...service, 'k8s/app.yaml': deployment('3', 'postgresql://db/orders') } },
      {
        files: { ...service, 'k8s/app.yaml': deployment('3', '$(DATABASE)') },
        note: 'Which database that is, is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { variables, kubernetes } of runtimes) {
      if (!kubernetes) continue;
      const { environment, object } = kubernetes;
      const variable = [...variables.all.values()].find((item) =>
        /^sqlite(\+\w+)?:\/\/\/(?!:memory:)[^?$]+/.test(item.value ?? ''),
      );
      if (!variable || variable.source === 'image') continue;
      const replicas = object.root.get('spec', 'replicas');
      const scaler = environment
        .ofKind('HorizontalPodAutoscaler')
        .find(
          ({ root, namespace }) =>
            namespace === object.namespace &&
            root.text('spec', 'scaleTargetRef', 'kind') === object.kind &&
            root.text('spec', 'scaleTargetRef', 'name') === object.name,
        );
      for (const node of [replicas, scaler?.root.get('spec', 'maxReplicas')]) {
        const count = Number(node?.text());
        if (node && Number.isInteger(count) && count > 1)
          report(
            'many',
            node,
            { workload: object.title, count, variable: withPlace(variable.name, variable) },
            { related: [says(variable, `${variable.name} is a file`)] },
          );
      }
    }
  },
});
