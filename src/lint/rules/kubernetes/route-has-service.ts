import { defineRule } from '../../rule.ts';
import { isTemplated } from './_workloads.ts';

export const routeHasService = defineRule({
  id: 'kubernetes/route-has-service',
  summary: 'A route of the Gateway API leads to a Service and to a port that it has',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A route whose backend does not exist is accepted; its visitors get a 500 from the gateway.',
  source: 'https://gateway-api.sigs.k8s.io/api-types/httproute/',
  messages: {
    missing: {
      text: 'The Service {service} is not among the objects that are applied',
      remedy: 'Name a Service that exists.',
    },
    port: { text: 'The Service {service} has no port {port}', remedy: 'Name one of its ports.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: orders }
          spec:
            parentRefs: [{ name: gateway }]
            rules:
              - backendRefs:
                  - { name: order, port: 80 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        at: [8],
      },
      {
        files: `
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: orders }
          spec:
            parentRefs: [{ name: gateway }]
            rules:
              - backendRefs:
                  - { name: orders, port: 8080 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        at: [8],
      },
    ],
    good: [
      `
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: orders }
          spec:
            parentRefs: [{ name: gateway }]
            rules:
              - backendRefs:
                  - { name: orders, port: 80 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
      {
        files: `
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: orders }
          spec:
            parentRefs: [{ name: gateway }]
            rules:
              - backendRefs:
                  - { name: users, namespace: users, port: 80 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        note: "Another namespace is somebody else's.",
      },
      {
        files: `
          apiVersion: gateway.networking.k8s.io/v1
          kind: HTTPRoute
          metadata: { name: orders }
          spec:
            parentRefs: [{ name: gateway }]
            rules:
              - backendRefs:
                  - { group: example.com, kind: Bucket, name: files }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        note: 'The backend is no Service.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete || environment.ofKind('Service').length === 0) return;
    for (const { root, namespace } of environment.ofKind(
      'HTTPRoute',
      'GRPCRoute',
      'TCPRoute',
      'TLSRoute',
      'UDPRoute',
    )) {
      for (const backend of root.list('spec', 'rules').flatMap((rule) => rule.list('backendRefs'))) {
        const node = backend.get('name');
        const name = node?.string();
        if (node === undefined || name === undefined || isTemplated(name)) continue;
        if ((backend.text('kind') ?? 'Service') !== 'Service' || backend.text('group')) continue;
        const elsewhere = backend.text('namespace');
        const service = environment.find('Service', name, elsewhere ?? namespace);
        if (service === undefined && elsewhere === undefined) report('missing', node, { service: name });
        const port = backend.get('port');
        const wanted = port?.text();
        const ports = service?.root.list('spec', 'ports') ?? [];
        if (port === undefined || wanted === undefined || ports.length === 0 || isTemplated(wanted)) continue;
        if (!ports.some((own) => own.text('port') === wanted)) report('port', port, { service: name, port: wanted });
      }
    }
  },
});
