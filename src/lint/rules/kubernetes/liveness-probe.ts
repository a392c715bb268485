import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const livenessProbe = defineRule({
  id: 'kubernetes/liveness-probe',
  summary: 'A container that serves has a liveness probe',
  severity: 'info',
  preset: 'strict',
  peers: [
    'kube-linter:no-liveness-probe',
    'kube-score:pod-probes',
    'polaris:livenessProbeMissing',
    'checkov:CKV_K8S_8',
  ],
  why: 'A process that hangs still runs, so nothing restarts it. The liveness probe is how the kubelet notices.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-a-liveness-command',
  messages: {
    missing: {
      text: 'The container {container} has no liveness probe',
      remedy: 'Add a livenessProbe that asks an endpoint of the service.',
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
                    livenessProbe: { httpGet: { path: /livez, port: http } }
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
      if (container.root.get('livenessProbe') === undefined)
        report('missing', container, { container: container.name });
    }
  },
});
