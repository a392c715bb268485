import { defineRule } from '../../rule.ts';
import { containersWithout } from './_resources.ts';

export const cpuRequest = defineRule({
  id: 'kubernetes/cpu-request',
  summary: 'A container has a CPU request',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:unset-cpu-requirements',
    'kube-score:container-resources',
    'polaris:cpuRequestsMissing',
    'checkov:CKV_K8S_10',
    'trivy:KSV-0015',
  ],
  why: 'The scheduler counts requests. Without one it places the pod as if it needed no processor time, and under load the container gets what the others leave; a HorizontalPodAutoscaler on CPU cannot compute its utilization at all.',
  source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits',
  messages: {
    missing: {
      text: 'The container {container} has no CPU request',
      remedy: 'Set resources.requests.cpu to what the container needs.',
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
                    resources: { limits: { memory: 1 } }
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
                    resources: { requests: { cpu: 100m } }
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
                defaultRequest: { cpu: 100m }
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
                    resources: { limits: { cpu: 100m } }
        `,
        note: 'The limit stands for the request.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersWithout(environment, 'requests', 'cpu'))
      report('missing', container, { container: container.name });
  },
});
