import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

/** What a worker of a Python web framework takes at the least once it is loaded. */
const LEAST_MEGABYTES = 40;

const image = (workers: string): string =>
  dockerfile.replace('"--port", "8000"', `"--port", "8000", "--workers", "${workers}"`);

const deployment = (memory: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
            resources: { limits: { memory: ${memory} } }
`;

export const workersFitLimits = defineRule({
  id: 'system/workers-fit-limits',
  summary: 'The memory limit leaves room for the workers that the server starts',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Each worker is a process that loads the whole application. When together they reach the limit, the kernel kills one of them under load, and the pod restarts when it is needed most.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  messages: {
    tight: {
      text: '{workers} workers share {limit}, which leaves {each} MiB for each',
      remedy: 'Start fewer workers and more replicas, or raise the limit.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: image('8'), 'k8s/app.yaml': deployment('256Mi') },
        at: ['k8s/app.yaml:12'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image('4'),
          'compose.yaml': `
            services:
              orders:
                build: .
                mem_limit: 96m
          `,
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: image('2'), 'k8s/app.yaml': deployment('256Mi') } },
      {
        files: {
          ...fastapiService,
          Dockerfile: image('8').replace('"8"', '"$WORKERS"'),
          'k8s/app.yaml': deployment('128Mi'),
        },
        note: 'How many workers there are is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { start, kubernetes, compose } of runtimes) {
      const workers = start?.workers;
      if (!workers || workers.value < 2) continue;
      const node = kubernetes
        ? kubernetes.container.root.get('resources', 'limits', 'memory')
        : (compose?.service.root.get('mem_limit') ??
          compose?.service.root.get('deploy', 'resources', 'limits', 'memory'));
      const limit = megabytes(node?.text() ?? '');
      if (!node || limit === undefined || limit / workers.value >= LEAST_MEGABYTES) continue;
      report(
        'tight',
        node,
        {
          workers: withPlace(workers.value, workers),
          limit: node.text() ?? '',
          each: Math.floor(limit / workers.value),
        },
        { related: [says(workers, `${workers.value} workers are started`)] },
      );
    }
  },
});

/** A quantity of memory in mebibytes: `256Mi`, `1G`, `96m` (Compose). */
function megabytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(Ki|Mi|Gi|k|K|M|G|m|g|kb|mb|gb)b?$/i.exec(text);
  if (!match) return undefined;
  const unit = (match[2] ?? '').toLowerCase();
  const factor = unit.startsWith('k') ? 1 / 1024 : unit.startsWith('g') ? 1024 : 1;
  return Number(match[1]) * factor;
}
