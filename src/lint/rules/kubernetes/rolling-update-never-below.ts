import { defineRule } from '../../rule.ts';
import { fewestReplicas, podsOf } from './_replicas.ts';
import { servers } from './_workloads.ts';

export const rollingUpdateNeverBelow = defineRule({
  id: 'kubernetes/rolling-update-never-below',
  summary: 'A rollout never runs fewer pods than wanted',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'With maxUnavailable 0 a new pod is ready before an old one goes, so a rollout under full load loses no capacity.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable',
  messages: {
    below: {
      text: 'A rollout of {workload} takes away {pods} of {replicas} pods first',
      remedy: 'Set strategy.rollingUpdate.maxUnavailable to 0.',
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
            replicas: 4
            strategy:
              rollingUpdate: { maxUnavailable: 1 }
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [7],
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 4
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [3],
        note: 'The default is 25%.',
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 4
            strategy:
              rollingUpdate: { maxUnavailable: 0 }
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 2
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: '25% of 2 pods is none.',
      },
    ],
  },
  check(environment, { report }) {
    for (const workload of servers(environment)) {
      if (workload.kind !== 'Deployment' || workload.root.text('spec', 'strategy', 'type') === 'Recreate') continue;
      const replicas = fewestReplicas(environment, workload);
      const node = workload.root.get('spec', 'strategy', 'rollingUpdate', 'maxUnavailable');
      if (replicas === undefined || replicas < 2) continue;
      const pods = podsOf(node === undefined ? '25%' : (node.text() ?? ''), replicas, Math.floor);
      if (pods !== undefined && pods > 0)
        report('below', node ?? workload.nameLocation, { workload: workload.title, pods, replicas });
    }
  },
});
