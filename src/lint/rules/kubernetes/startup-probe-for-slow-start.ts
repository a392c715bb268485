import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const startupProbeForSlowStart = defineRule({
  id: 'kubernetes/startup-probe-for-slow-start',
  summary: 'A slow start is covered by a startup probe, not by a delay',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A long initialDelaySeconds waits on every restart, also when the service is up in a second, and still kills one that once takes longer. A startup probe holds the others back exactly until the service has started.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes',
  messages: {
    delayed: {
      text: 'The liveness probe waits {seconds} s before it first asks',
      remedy: 'Add a startupProbe with the same handler and remove the delay.',
    },
  },
  options: { delay: { type: 'number', default: 30, description: 'Delays of at least this many seconds are reported' } },
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
                    livenessProbe:
                      httpGet: { path: /livez, port: 8000 }
                      initialDelaySeconds: 60
        `,
        at: [12],
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
                    startupProbe:
                      httpGet: { path: /livez, port: 8000 }
                      periodSeconds: 2
                      failureThreshold: 30
                    livenessProbe:
                      httpGet: { path: /livez, port: 8000 }
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
                    livenessProbe:
                      httpGet: { path: /livez, port: 8000 }
                      initialDelaySeconds: 5
        `,
        note: 'A few seconds harm nobody.',
      },
    ],
  },
  check(environment, { report, options }) {
    for (const container of servers(environment).flatMap((workload) => workload.containers)) {
      const delay = container.root.get('livenessProbe', 'initialDelaySeconds');
      const seconds = delay?.number();
      if (delay === undefined || seconds === undefined || container.root.get('startupProbe') !== undefined) continue;
      if (seconds >= options.delay) report('delayed', delay, { seconds });
    }
  },
});
