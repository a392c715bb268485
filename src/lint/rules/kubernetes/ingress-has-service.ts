import { defineRule } from '../../rule.ts';
import { isTemplated } from './_workloads.ts';

export const ingressHasService = defineRule({
  id: 'kubernetes/ingress-has-service',
  summary: 'An Ingress leads to a Service and to a port that it has',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:dangling-ingress', 'kube-score:ingress-targets-service'],
  why: 'An Ingress applies although its backend does not exist; its visitors get an error page of the controller.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/',
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
          apiVersion: networking.k8s.io/v1
          kind: Ingress
          metadata: { name: orders }
          spec:
            rules:
              - http:
                  paths:
                    - path: /
                      pathType: Prefix
                      backend:
                        service:
                          name: order
                          port: { number: 80 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        at: [12],
      },
      {
        files: `
          apiVersion: networking.k8s.io/v1
          kind: Ingress
          metadata: { name: orders }
          spec:
            rules:
              - http:
                  paths:
                    - path: /
                      pathType: Prefix
                      backend:
                        service:
                          name: orders
                          port: { number: 8080 }
          ---
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        at: [13],
      },
    ],
    good: [
      `
          apiVersion: networking.k8s.io/v1
          kind: Ingress
          metadata: { name: orders }
          spec:
            rules:
              - http:
                  paths:
                    - path: /
                      pathType: Prefix
                      backend:
                        service:
                          name: orders
                          port: { number: 80 }
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
          apiVersion: networking.k8s.io/v1
          kind: Ingress
          metadata: { name: orders }
          spec:
            rules:
              - http:
                  paths:
                    - path: /
                      pathType: Prefix
                      backend:
                        service:
                          name: web
                          port: { number: 80 }
        `,
        note: 'No Service is defined here: they come from elsewhere.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete || environment.ofKind('Service').length === 0) return;
    for (const { root, namespace, group } of environment.ofKind('Ingress')) {
      if (group !== 'networking.k8s.io') continue;
      const paths = root.list('spec', 'rules').flatMap((rule) => rule.list('http', 'paths'));
      const backends = [root.get('spec', 'defaultBackend'), ...paths.map((path) => path.get('backend'))];
      for (const backend of backends) {
        const node = backend?.get('service', 'name');
        const name = node?.string();
        if (node === undefined || name === undefined || isTemplated(name)) continue;
        const service = environment.find('Service', name, namespace);
        if (service === undefined) report('missing', node, { service: name });
        const port = backend?.get('service', 'port', 'number') ?? backend?.get('service', 'port', 'name');
        const wanted = port?.text();
        const ports = service?.root.list('spec', 'ports') ?? [];
        if (port === undefined || wanted === undefined || ports.length === 0 || isTemplated(wanted)) continue;
        if (!ports.some((own) => own.text('port') === wanted || own.text('name') === wanted))
          report('port', port, { service: name, port: wanted });
      }
    }
  },
});
