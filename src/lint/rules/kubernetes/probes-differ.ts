import { MapNode, plainValue } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const probesDiffer = defineRule({
  id: 'kubernetes/probes-differ',
  summary: 'A pod is taken out of service before it is restarted',
  severity: 'warning',
  preset: 'strict',
  peers: ['kube-score:pod-probes-identical'],
  why: 'When liveness and readiness ask the same question and liveness gives up as early, a service that is only busy, or whose database is away, is restarted instead of being left alone: the restarts make an outage of it.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/probes/',
  messages: {
    same: {
      text: 'The liveness probe asks what the readiness probe asks and fails no later',
      remedy: 'Let liveness ask only whether the process works, or give it a larger failureThreshold.',
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
                    livenessProbe:
                      httpGet: { path: /health, port: 8000 }
                    readinessProbe:
                      httpGet: { path: /health, port: 8000 }
        `,
        at: [10],
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
                    livenessProbe:
                      httpGet: { path: /livez, port: 8000 }
                    readinessProbe:
                      httpGet: { path: /readyz, port: 8000 }
        `,
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
                    livenessProbe:
                      httpGet: { path: /health, port: 8000 }
                      failureThreshold: 10
                    readinessProbe:
                      httpGet: { path: /health, port: 8000 }
        `,
    ],
  },
  check(environment, { report }) {
    for (const { root } of servers(environment).flatMap((workload) => workload.containers)) {
      const liveness = root.entry('livenessProbe');
      const readiness = root.get('readinessProbe');
      if (!(liveness?.value instanceof MapNode) || !(readiness instanceof MapNode)) continue;
      if (question(liveness.value) !== question(readiness) || patience(liveness.value) > patience(readiness)) continue;
      const related = [{ file: readiness.file, range: readiness.range, message: 'The readiness probe' }];
      report('same', liveness.key, {}, { related });
    }
  },
});

/** What a probe asks, as a text to compare. */
function question(probe: MapNode): string {
  const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'].map((name) => probe.get(name));
  return JSON.stringify(handlers.map((handler) => (handler ? plainValue(handler) : null)));
}

/** The seconds of failure after which a probe gives up; the defaults are those of the API. */
function patience(probe: MapNode): number {
  return (probe.number('periodSeconds') ?? 10) * (probe.number('failureThreshold') ?? 3);
}
