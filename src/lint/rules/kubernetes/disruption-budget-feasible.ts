import { defineRule } from '../../rule.ts';
import { fewestReplicas, podsOf } from './_replicas.ts';
import { mayRunOtherPods } from './_workloads.ts';

export const disruptionBudgetFeasible = defineRule({
  id: 'kubernetes/disruption-budget-feasible',
  summary: 'A disruption budget lets a pod go',
  severity: 'error',
  preset: 'recommended',
  peers: [
    'kube-linter:pdb-max-unavailable',
    'kube-linter:pdb-min-available',
    'polaris:pdbDisruptionsIsZero',
    'polaris:pdbMinAvailableGreaterThanHPAMinReplicas',
  ],
  why: 'A budget that allows no eviction stops every drain of the node: upgrades of the cluster hang until somebody deletes the budget or the pod.',
  source:
    'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#think-about-how-your-application-reacts-to-disruptions',
  messages: {
    never: { text: 'The budget allows no eviction: {field} is {value}', remedy: 'Allow at least one pod to be away.' },
    tooMany: {
      text: 'The budget wants {value} pods, and {workload} may have only {replicas}',
      remedy: 'Use maxUnavailable: 1, or run more replicas.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            maxUnavailable: 0
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
        at: [5],
      },
      {
        files: `
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            minAvailable: 3
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
        at: [5],
      },
      {
        files: `
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            minAvailable: 100%
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
        at: [5],
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
      `
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            minAvailable: 2
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
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: { name: orders }
          spec:
            minAvailable: 2
            selector: { matchLabels: { app: orders } }
        `,
        note: 'The pods are defined elsewhere.',
      },
    ],
  },
  check(environment, { report }) {
    for (const { root, namespace } of environment.ofKind('PodDisruptionBudget')) {
      const most = root.get('spec', 'maxUnavailable');
      const least = root.get('spec', 'minAvailable');
      if (/^0+%?$/.test(most?.text() ?? '')) {
        if (most) report('never', most, { field: 'maxUnavailable', value: most.text() ?? '' });
        continue;
      }
      const value = least?.text();
      if (least === undefined || value === undefined) continue;
      if (value === '100%') report('never', least, { field: 'minAvailable', value });
      const selector = root.map('spec', 'selector');
      const [workload, ...others] = selector ? environment.selectedBy(selector, namespace) : [];
      // A budget over several workloads counts their pods together.
      if (workload === undefined || others.length > 0 || value === '100%' || mayRunOtherPods(environment)) continue;
      if (workload.kind !== 'Deployment' && workload.kind !== 'StatefulSet') continue;
      const replicas = fewestReplicas(environment, workload);
      if (replicas === undefined || replicas === 0) continue;
      const wanted = podsOf(value, replicas, Math.ceil);
      if (wanted !== undefined && wanted >= replicas)
        report('tooMany', least, { value, workload: workload.title, replicas });
    }
  },
});
