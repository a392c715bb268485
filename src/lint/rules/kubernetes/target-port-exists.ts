import type { KubeObject } from '../../../artifacts/kubernetes/environment.ts';
import { defineRule } from '../../rule.ts';

export const targetPortExists = defineRule({
  id: 'kubernetes/target-port-exists',
  summary: "A Service's named target port exists on the pods that it selects",
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A Service whose targetPort names a port that no container declares has no endpoints for it: connections are refused, although every object applies without an error.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  messages: {
    missing: {
      text: 'The target port {port} is declared by no container of {workload}',
      remedy: 'Name a port of the container, or declare one with that name.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - port: 80
                targetPort: web
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            selector: { matchLabels: { app: orders } }
            template:
              metadata: { labels: { app: orders } }
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
        apiVersion: v1
        kind: Service
        metadata: { name: orders }
        spec:
          selector: { app: orders }
          ports:
            - port: 80
              targetPort: http
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: orders }
        spec:
          selector: { matchLabels: { app: orders } }
          template:
            metadata: { labels: { app: orders } }
            spec:
              containers:
                - name: orders
                  image: orders:1.0
                  ports:
                    - { name: http, containerPort: 8000 }
      `,
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - port: 80
                targetPort: http
        `,
        note: 'The pods are defined elsewhere: nothing is known about their ports.',
      },
    ],
  },
  check(environment, { report }) {
    for (const service of environment.ofKind('Service')) {
      const selector = service.root.map('spec', 'selector');
      if (selector === undefined || selector.entries.size === 0) continue;
      const workloads = environment.selectedBy(selector, service.namespace);
      for (const port of service.root.list('spec', 'ports')) {
        const target = port.get('targetPort');
        const name = target?.string();
        if (target === undefined || name === undefined) continue;
        const without = workloads.filter((workload) => !declaresPort(workload, name));
        // A Service may span several workloads; one that has the port is enough.
        if (workloads.length === 0 || without.length < workloads.length) continue;
        const related = without.map(({ title, nameLocation: { file, range } }) => ({
          file,
          range,
          message: `${title} is selected`,
        }));
        report('missing', target, { port: name, workload: without[0]?.title ?? '' }, { related });
      }
    }
  },
});

function declaresPort(workload: KubeObject, name: string): boolean {
  return workload.containers.some((container) =>
    container.root.list('ports').some((port) => port.text('name') === name),
  );
}
