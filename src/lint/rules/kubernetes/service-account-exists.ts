import { defineRule } from '../../rule.ts';
import { isTemplated } from './_workloads.ts';

export const serviceAccountExists = defineRule({
  id: 'kubernetes/service-account-exists',
  summary: 'The service account of a workload exists',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:non-existent-service-account'],
  why: 'A pod whose service account does not exist is never created; the workload stays at zero replicas with an event that few look for.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
  messages: {
    missing: {
      text: 'The service account {account} is not among the objects that are applied',
      remedy: 'Name an account that exists, or add it.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: order
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [11],
      },
    ],
    good: [
      `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: orders
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
            template:
              spec:
                serviceAccountName: orders
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'No account is defined here: they come from elsewhere.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete || environment.ofKind('ServiceAccount').length === 0) return;
    for (const workload of environment.workloads) {
      const node = workload.podSpec?.get('serviceAccountName') ?? workload.podSpec?.get('serviceAccount');
      const account = node?.string();
      if (node === undefined || !account || account === 'default' || isTemplated(account)) continue;
      if (environment.find('ServiceAccount', account, workload.namespace) === undefined)
        report('missing', node, { account });
    }
  },
});
