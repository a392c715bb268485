import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const readinessProbe = defineRule({
  id: 'kubernetes/readiness-probe',
  summary: 'A container that serves has a readiness probe',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:no-readiness-probe',
    'kube-score:pod-probes',
    'polaris:readinessProbeMissing',
    'checkov:CKV_K8S_9',
  ],
  why: 'Without a readiness probe a pod gets requests from the moment its process starts, before it can answer them: every rollout fails some.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-readiness-probes',
  messages: {
    missing: {
      text: 'The container {container} has no readiness probe',
      remedy: 'Add a readinessProbe that asks an endpoint of the service.',
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
                    ports:
                      - { name: http, containerPort: 8000 }
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
                    ports:
                      - { name: http, containerPort: 8000 }
                    readinessProbe: { httpGet: { path: /readyz, port: http } }
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
        `,
        note: 'It opens no port: nothing asks it.',
      },
      {
        files: `
          apiVersion: batch/v1
          kind: Job
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    ports:
                      - { name: http, containerPort: 8000 }
                restartPolicy: Never
        `,
        note: 'A job ends by itself.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of servers(environment).flatMap((workload) => workload.containers)) {
      if (container.role !== 'main' || container.root.list('ports').length === 0) continue;
      if (container.root.get('readinessProbe') === undefined)
        report('missing', container, { container: container.name });
    }
  },
});
