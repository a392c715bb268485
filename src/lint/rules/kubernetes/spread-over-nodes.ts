import { defineRule } from '../../rule.ts';
import { fewestReplicas } from './_replicas.ts';
import { scalable } from './_workloads.ts';

export const spreadOverNodes = defineRule({
  id: 'kubernetes/spread-over-nodes',
  summary: 'Replicas are spread over nodes',
  severity: 'info',
  preset: 'strict',
  peers: [
    'kube-score:deployment-has-host-podantiaffinity',
    'kube-score:statefulset-has-host-podantiaffinity',
    'kube-linter:no-anti-affinity',
    'polaris:topologySpreadConstraint',
  ],
  why: 'The scheduler spreads replicas only as one wish among many. When two of two share a node, its failure is that of the service.',
  source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/',
  messages: {
    anywhere: {
      text: 'Nothing keeps the replicas of {workload} from sharing one node',
      remedy: 'Add topologySpreadConstraints over kubernetes.io/hostname.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 3
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [3],
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 3
            template:
              metadata: { labels: { app: orders } }
              spec:
                topologySpreadConstraints:
                  - maxSkew: 1
                    topologyKey: kubernetes.io/hostname
                    whenUnsatisfiable: ScheduleAnyway
                    labelSelector: { matchLabels: { app: orders } }
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 1
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
    ],
  },
  check(environment, { report }) {
    for (const workload of scalable(environment)) {
      if ((fewestReplicas(environment, workload) ?? 1) < 2) continue;
      const spread = workload.podSpec?.list('topologySpreadConstraints') ?? [];
      if (spread.length === 0 && workload.podSpec?.get('affinity', 'podAntiAffinity') === undefined)
        report('anywhere', workload.nameLocation, { workload: workload.title });
    }
  },
});
