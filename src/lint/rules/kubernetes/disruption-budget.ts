import { defineRule } from '../../rule.ts';
import { fewestReplicas } from './_replicas.ts';
import { scalable } from './_workloads.ts';

export const disruptionBudget = defineRule({
  id: 'kubernetes/disruption-budget',
  summary: 'A replicated workload has a disruption budget',
  severity: 'warning',
  preset: 'strict',
  peers: [
    'kube-score:deployment-has-poddisruptionbudget',
    'kube-score:statefulset-has-poddisruptionbudget',
    'polaris:missingPodDisruptionBudget',
  ],
  why: 'When nodes are drained for an upgrade, nothing but a budget keeps all replicas of a service from being evicted at once.',
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  messages: {
    missing: { text: 'No PodDisruptionBudget covers {workload}', remedy: 'Add one with maxUnavailable: 1.' },
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
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            maxUnavailable: 1
            selector: { matchLabels: { app: orders } }
          ---
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
      {
        files: `
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
        note: 'A budget for a single replica would only block the drain.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete) return;
    const covered = new Set(
      environment.ofKind('PodDisruptionBudget').flatMap(({ root, namespace }) => {
        const selector = root.map('spec', 'selector');
        return selector ? environment.selectedBy(selector, namespace) : [];
      }),
    );
    for (const workload of scalable(environment)) {
      if ((fewestReplicas(environment, workload) ?? 1) > 1 && !covered.has(workload))
        report('missing', workload.nameLocation, { workload: workload.title });
    }
  },
});
