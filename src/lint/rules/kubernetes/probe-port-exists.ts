import { defineRule } from '../../rule.ts';
import { containersOf, isTemplated, probeFields, wholeWorkloads } from './_workloads.ts';

export const probePortExists = defineRule({
  id: 'kubernetes/probe-port-exists',
  summary: 'The port that a probe names is declared by its container',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:liveness-port', 'kube-linter:readiness-port', 'kube-linter:startup-port'],
  why: 'A probe that names an unknown port fails every time: the pod never becomes ready, or is restarted forever.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/probes/',
  messages: {
    missing: { text: 'The container {container} declares no port named {port}', remedy: 'Name one of its ports.' },
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
                    readinessProbe:
                      httpGet: { path: /readyz, port: web }
        `,
        at: [13],
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
                    readinessProbe:
                      httpGet: { path: /readyz, port: http }
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
                    readinessProbe:
                      httpGet: { path: /readyz, port: 9000 }
        `,
        note: 'A number needs no declaration.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersOf(wholeWorkloads(environment))) {
      const declared = container.root.list('ports').map((port) => port.text('name'));
      for (const field of probeFields) {
        for (const handler of ['httpGet', 'tcpSocket']) {
          const node = container.root.get(field, handler, 'port');
          const port = node?.string();
          if (node === undefined || port === undefined || isTemplated(port) || /^\d+$/.test(port)) continue;
          if (!declared.includes(port)) report('missing', node, { container: container.name, port });
        }
      }
    }
  },
});
