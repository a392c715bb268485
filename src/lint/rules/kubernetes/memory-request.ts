import { defineRule } from '../../rule.ts';
import { containersWithout } from './_resources.ts';

export const memoryRequest = defineRule({
  id: 'kubernetes/memory-request',
  summary: 'A container has a memory request',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:unset-memory-requirements',
    'kube-score:container-resources',
    'polaris:memoryRequestsMissing',
    'checkov:CKV_K8S_12',
    'trivy:KSV-0016',
  ],
  why: 'The scheduler counts requests. Without one it may fill a node beyond its memory, and the pods that use more than they requested are evicted first.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits',
  messages: {
    missing: {
      text: 'The container {container} has no memory request',
      remedy: 'Set resources.requests.memory to what the container needs.',
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
                    resources: { limits: { cpu: 1 } }
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
                    resources: { requests: { memory: 128Mi } }
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
                defaultRequest: { memory: 128Mi }
        `,
        note: 'The LimitRange fills it in.',
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
                    resources: { limits: { memory: 128Mi } }
        `,
        note: 'The limit stands for the request.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersWithout(environment, 'requests', 'memory'))
      report('missing', container, { container: container.name });
  },
});
