import { defineRule } from '../../rule.ts';
import { mayRunOtherPods } from './_workloads.ts';

export const networkPolicyHasPods = defineRule({
  id: 'kubernetes/network-policy-has-pods',
  summary: 'A NetworkPolicy selects pods',
  severity: 'warning',
  preset: 'recommended',
  peers: ['kube-linter:dangling-networkpolicy', 'kube-score:networkpolicy-targets-pod'],
  why: 'A policy that selects nobody protects nobody, although it looks as if it did.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
  messages: {
    nobody: {
      text: 'No workload has the labels that {policy} selects',
      remedy: 'Use the labels of the pod template, or an empty selector for all pods.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: { name: orders }
          spec:
            podSelector: { matchLabels: { app: order } }
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
        at: [5],
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
    if (!environment.complete || environment.workloads.length === 0 || mayRunOtherPods(environment)) return;
    for (const policy of environment.ofKind('NetworkPolicy')) {
      const selector = policy.root.map('spec', 'podSelector');
      if (policy.group !== 'networking.k8s.io' || selector === undefined || selector.entries.size === 0) continue;
      if (environment.selectedBy(selector, policy.namespace).length === 0)
        report('nobody', selector, { policy: policy.title });
    }
  },
});
