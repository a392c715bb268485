import type { Environment } from '../../../artifacts/kubernetes/environment.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const objects = (backend: string): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: orders }
  spec:
    selector: { app: orders }
    ports: [{ name: http, port: 80, targetPort: 8000 }]
  ---
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: shop }
  spec:
    rules:
      - http:
          paths:
            - path: /orders
              pathType: Prefix
              backend: ${backend}
`;

export const gatewayUpstreamExists = defineRule({
  id: 'system/gateway-upstream-exists',
  summary: 'A gateway sends to a port that the Service really offers',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'An Ingress or route whose backend names a port that the Service does not have is accepted by the API server, and the gateway answers 503 for that path.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
  messages: {
    port: {
      text: '{route} sends to port {port} of {service}, which offers {offered}',
      remedy: 'Use a port of the Service.',
    },
  },
  examples: {
    bad: [
      {
        files: { 'k8s/app.yaml': objects('{ service: { name: orders, port: { number: 8000 } } }') },
        at: ['k8s/app.yaml:17'],
      },
      {
        files: { 'k8s/app.yaml': objects('{ service: { name: orders, port: { name: web } } }') },
        at: ['k8s/app.yaml:17'],
      },
      {
        files: {
          'k8s/app.yaml': objects('{ service: { name: orders, port: { number: 80 } } }').concat(
            '  ---\n  apiVersion: gateway.networking.k8s.io/v1\n  kind: HTTPRoute\n  metadata: { name: shop }\n  spec:\n    rules:\n      - backendRefs:\n          - { name: orders, port: 8080 }\n',
          ),
        },
        at: ['k8s/app.yaml:25'],
      },
    ],
    good: [
      { files: { 'k8s/app.yaml': objects('{ service: { name: orders, port: { number: 80 } } }') } },
      {
        files: { 'k8s/app.yaml': objects('{ service: { name: payments, port: { number: 8000 } } }') },
        note: 'A Service that is defined elsewhere is not known.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const environment of repository.environments) {
      for (const backend of backends(environment)) {
        const service = environment.find('Service', backend.name, backend.namespace);
        if (!service || service.root.text('spec', 'type') === 'ExternalName') continue;
        const ports = service.root.list('spec', 'ports');
        if (
          ports.length === 0 ||
          ports.some((port) => port.text('port') === backend.port || port.text('name') === backend.port)
        )
          continue;
        const offered = ports
          .map((port) => [port.text('name'), port.text('port')].filter((part) => part !== undefined).join(' '))
          .join(', ');
        report(
          'port',
          backend.node,
          { route: backend.route, port: backend.port, service: service.title, offered },
          { related: [says(service.root.get('spec', 'ports') ?? service, `${service.title} offers ${offered}`)] },
        );
      }
    }
  },
});

interface Backend {
  readonly route: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly port: string;
  readonly node: YamlNode;
}

function backends(environment: Environment): readonly Backend[] {
  const found: Backend[] = [];
  for (const object of environment.ofKind('Ingress', 'HTTPRoute', 'GRPCRoute', 'IngressRoute')) {
    const add = (name: string | undefined, node: YamlNode | undefined, namespace: string | undefined): void => {
      const port = node?.text();
      if (name !== undefined && node && port !== undefined && !port.includes('$'))
        found.push({ route: object.title, name, namespace: namespace ?? object.namespace, port, node });
    };
    if (object.kind === 'Ingress') {
      const entries = [
        object.root.get('spec', 'defaultBackend'),
        ...object.root
          .list('spec', 'rules')
          .flatMap((rule) => rule.list('http', 'paths').map((path) => path.get('backend'))),
      ];
      for (const entry of entries)
        add(
          entry?.text('service', 'name'),
          entry?.get('service', 'port', 'number') ?? entry?.get('service', 'port', 'name'),
          undefined,
        );
    } else if (object.kind === 'IngressRoute') {
      for (const route of object.root.list('spec', 'routes')) {
        for (const service of route.list('services'))
          if (service.text('kind') === undefined || service.text('kind') === 'Service')
            add(service.text('name'), service.get('port'), service.text('namespace'));
      }
    } else {
      for (const rule of object.root.list('spec', 'rules')) {
        for (const reference of rule.list('backendRefs'))
          if (reference.text('kind') === undefined || reference.text('kind') === 'Service')
            add(reference.text('name'), reference.get('port'), reference.text('namespace'));
      }
    }
  }
  return found;
}
