import { defineRule } from '../../rule.ts';
import { autoscalerOf, fewestReplicas } from './_replicas.ts';
import { servers } from './_workloads.ts';

export const atLeastTwoReplicas = defineRule({
  id: 'kubernetes/at-least-two-replicas',
  summary: 'A service has at least two replicas',
  severity: 'info',
  preset: 'strict',
  peers: [
    'kube-linter:minimum-three-replicas',
    'kube-linter:hpa-minimum-three-replicas',
    'polaris:deploymentMissingReplicas',
  ],
  why: 'With one replica every node drain and every crash is an outage.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#replicas',
  messages: {
    one: { text: '{workload} has one replica', remedy: 'Set at least two, or an autoscaler with such a minimum.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
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
        at: [13],
      },
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [11],
      },
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: orders }
          spec:
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
            minReplicas: 1
            maxReplicas: 6
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [14],
      },
    ],
    good: [
      `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 2
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: orders }
          spec:
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
            minReplicas: 2
            maxReplicas: 6
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 1
            strategy: { type: Recreate }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'There can be only one, and the manifest says so.',
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'It serves nobody: a worker may be alone.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete) return;
    const serving = new Set(
      environment.ofKind('Service').flatMap(({ root, namespace }) => {
        const selector = root.map('spec', 'selector');
        return selector && selector.entries.size > 0 ? environment.selectedBy(selector, namespace) : [];
      }),
    );
    for (const workload of servers(environment)) {
      if (workload.kind !== 'Deployment' || !serving.has(workload)) continue;
      if (workload.root.text('spec', 'strategy', 'type') === 'Recreate') continue;
      if (fewestReplicas(environment, workload) !== 1) continue;
      const autoscaler = autoscalerOf(environment, workload);
      const own = autoscaler ? autoscaler.root.get('spec', 'minReplicas') : workload.root.get('spec', 'replicas');
      report('one', own ?? (autoscaler ?? workload).nameLocation, { workload: workload.title });
    }
  },
});
