import { defineRule } from '../../rule.ts';
import { containersWithout } from './_resources.ts';

export const memoryLimit = defineRule({
  id: 'kubernetes/memory-limit',
  summary: 'A container has a memory limit',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:unset-memory-requirements',
    'kube-score:container-resources',
    'polaris:memoryLimitsMissing',
    'checkov:CKV_K8S_13',
    'trivy:KSV-0018',
  ],
  why: 'Without a limit a leak in one container takes the memory of the whole node, and the kernel kills whatever it likes. With one, only the leaking container is restarted.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits',
  messages: {
    missing: {
      text: 'The container {container} has no memory limit',
      remedy: 'Set resources.limits.memory to what the container may use at most.',
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
                    resources: { requests: { cpu: 1 } }
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
                    resources: { limits: { memory: 128Mi } }
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
                default: { memory: 128Mi }
        `,
        note: 'The LimitRange fills it in.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersWithout(environment, 'limits', 'memory'))
      report('missing', container, { container: container.name });
  },
});
