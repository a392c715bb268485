import { defineRule } from '../../rule.ts';
import { containersWithout } from './_resources.ts';

export const cpuLimit = defineRule({
  id: 'kubernetes/cpu-limit',
  summary: 'A container has a CPU limit',
  severity: 'info',
  preset: 'all',
  peers: [
    'kube-linter:unset-cpu-requirements',
    'kube-score:container-resources',
    'polaris:cpuLimitsMissing',
    'checkov:CKV_K8S_11',
    'trivy:KSV-0011',
  ],
  why: 'A limit keeps a runaway process from slowing down its neighbours, and makes a service behave alike on an idle and on a busy node. It also throttles bursts, so some teams leave it out on purpose: this rule is only in the largest preset.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits',
  messages: {
    missing: {
      text: 'The container {container} has no CPU limit',
      remedy: 'Set resources.limits.cpu to what the container may use at most.',
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
        at: [8],
      },
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
                    resources: { requests: { memory: 1 } }
        `,
        at: [8],
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
                containers:
                  - name: orders
                    image: orders:1.0
                    resources: { limits: { cpu: 100m } }
        `,
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
          ---
          apiVersion: v1
          kind: LimitRange
          metadata: { name: defaults }
          spec:
            limits:
              - type: Container
                default: { cpu: 100m }
        `,
        note: 'The LimitRange fills it in.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersWithout(environment, 'limits', 'cpu'))
      report('missing', container, { container: container.name });
  },
});
