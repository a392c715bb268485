import { defineRule } from '../../rule.ts';
import { wholeWorkloads } from './_workloads.ts';

export const ownServiceAccount = defineRule({
  id: 'kubernetes/own-service-account',
  summary: 'A workload that talks to the Kubernetes API has its own service account',
  severity: 'info',
  preset: 'strict',
  peers: ['kube-linter:default-service-account'],
  why: 'Whatever the default account is allowed, every pod of the namespace is allowed. With an account of its own a service gets the roles that it needs, and the audit log says who asked.',
  source: 'https://kubernetes.io/docs/concepts/security/service-accounts/',
  messages: {
    shared: {
      text: "{workload} runs as the namespace's default service account",
      remedy: 'Add a ServiceAccount and name it in serviceAccountName, or set automountServiceAccountToken to false.',
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
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [3],
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: default
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [7],
      },
    ],
    good: [
      `
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
                automountServiceAccountToken: false
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'Without a token the account is of no use to anybody.',
      },
    ],
  },
  check(environment, { report }) {
    for (const workload of wholeWorkloads(environment)) {
      const { podSpec } = workload;
      const node = podSpec?.get('serviceAccountName') ?? podSpec?.get('serviceAccount');
      if (podSpec?.boolean('automountServiceAccountToken') === false) continue;
      if (node === undefined || node.text() === 'default' || node.text() === '')
        report('shared', node ?? workload.nameLocation, { workload: workload.title });
    }
  },
});
