import { defineRule } from '../../rule.ts';
import { mayRunOtherPods } from './_workloads.ts';

export const serviceHasPods = defineRule({
  id: 'kubernetes/service-has-pods',
  summary: 'A Service selects pods',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:dangling-service', 'kube-score:service-targets-pod'],
  why: 'A Service whose selector matches no pod has no endpoints: it resolves, and every connection is refused.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
  messages: {
    nobody: {
      text: 'No workload has the labels that {service} selects',
      remedy: 'Use the labels of the pod template.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: order }
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
        at: [5],
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
        `,
        note: 'The pods are defined elsewhere.',
      },
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { db: orders }
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
          ---
          apiVersion: postgresql.cnpg.io/v1
          kind: Cluster
          metadata: { name: orders }
        `,
        note: 'An operator may run the pods.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete || environment.workloads.length === 0 || mayRunOtherPods(environment)) return;
    for (const service of environment.ofKind('Service')) {
      const selector = service.root.map('spec', 'selector');
      if (service.group !== '' || selector === undefined || selector.entries.size === 0) continue;
      if (environment.selectedBy(selector, service.namespace).length === 0)
        report('nobody', selector, { service: service.title });
    }
  },
});
