import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const networkPolicy = defineRule({
  id: 'kubernetes/network-policy',
  summary: 'A NetworkPolicy says who may talk to a workload',
  severity: 'warning',
  preset: 'strict',
  peers: ['kube-score:pod-networkpolicy', 'kube-linter:non-isolated-pod', 'polaris:missingNetworkPolicy'],
  why: 'Without a policy every pod of the cluster may connect to every other: one service that is taken over reaches all databases.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  messages: {
    open: { text: 'No NetworkPolicy selects the pods of {workload}', remedy: 'Add one that admits only its callers.' },
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
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: { name: orders }
          spec:
            podSelector: { matchLabels: { app: orders } }
            policyTypes: [Ingress]
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
      `
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: { name: orders }
          spec:
            podSelector: {}
            policyTypes: [Ingress]
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
    ],
  },
  check(environment, { report }) {
    if (!environment.complete) return;
    const others = environment.objects.some(
      ({ kind, group }) => kind.endsWith('NetworkPolicy') && group !== 'networking.k8s.io',
    );
    if (others) return;
    const selected = new Set(
      environment.ofKind('NetworkPolicy').flatMap(({ root, namespace }) => {
        const selector = root.map('spec', 'podSelector');
        return selector ? environment.selectedBy(selector, namespace) : [];
      }),
    );
    for (const workload of servers(environment))
      if (!selected.has(workload)) report('open', workload.nameLocation, { workload: workload.title });
  },
});
