import type { KubeObject } from '../../../artifacts/kubernetes/environment.ts';
import { composeRoutes, type GatewayRoute, kubernetesRoutes } from '../../../system/gateway.ts';
import { matchesPath } from '../../../system/pattern.ts';
import { type Runtime, workloadsOf } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { hasCertainRoutes } from './_healthchecks.ts';
import { says, withPlace } from './_ports.ts';

const workload = `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec: { containers: [{ name: orders, image: "ghcr.io/acme/orders:1.4.0" }] }
  ---
  apiVersion: v1
  kind: Service
  metadata: { name: orders }
  spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: 8000 }] }
`;

const ingress = (path: string, annotations = '{}'): string => `
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: shop, annotations: ${annotations} }
  spec:
    rules:
      - http:
          paths:
            - path: ${path}
              pathType: Prefix
              backend: { service: { name: orders, port: { number: 80 } } }
`;

const httpRoute = (path: string, replacement: string): string => `
  apiVersion: gateway.networking.k8s.io/v1
  kind: HTTPRoute
  metadata: { name: shop }
  spec:
    rules:
      - matches: [{ path: { type: PathPrefix, value: ${path} } }]
        filters:
          - type: URLRewrite
            urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: ${replacement} } }
        backendRefs: [{ name: orders, port: 80 }]
`;

const compose = (labels: string): string => `
  services:
    orders:
      build: .
      labels:
        ${labels}
`;

const service = { ...fastapiService, Dockerfile: dockerfile };

export const gatewayPrefixRouted = defineRule({
  id: 'system/gateway-prefix-routed',
  summary: 'What a gateway sends to a service has a route there',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: "A gateway's path and the routes of the code are written by different people. When the prefix is not stripped, or stripped once too often, every request through the gateway is answered with 404, although the service answers well when it is asked directly.",
  source: 'https://gateway-api.sigs.k8s.io/guides/http-redirect-rewrite/',
  messages: {
    unrouted: {
      text: '{gateway} sends {path} to {service} as {arriving}, but no route begins so (application: {application})',
      remedy: 'Strip or rewrite the prefix in the gateway, or serve the routes under it.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...service, 'k8s/app.yaml': workload, 'k8s/gateway.yaml': ingress('/orders') },
        at: ['k8s/gateway.yaml:8'],
      },
      {
        files: { ...service, 'k8s/app.yaml': workload, 'k8s/gateway.yaml': httpRoute('/orders', '/v1/orders') },
        at: ['k8s/gateway.yaml:6'],
      },
      {
        files: { ...service, 'compose.yaml': compose('traefik.http.routers.orders.rule: PathPrefix(`/orders`)') },
        at: ['compose.yaml:5'],
      },
    ],
    good: [
      { files: { ...service, 'k8s/app.yaml': workload, 'k8s/gateway.yaml': ingress('/api/v1') } },
      {
        files: { ...service, 'k8s/app.yaml': workload, 'k8s/gateway.yaml': httpRoute('/orders', '/api/v1/orders') },
        note: 'The gateway rewrites the prefix.',
      },
      {
        files: {
          ...service,
          'k8s/app.yaml': workload,
          'k8s/gateway.yaml': ingress('/orders', '{ nginx.ingress.kubernetes.io/rewrite-target: /$1 }'),
        },
        note: 'What the controller makes of the path is not known.',
      },
      {
        files: {
          ...service,
          'compose.yaml': compose(
            'traefik.http.routers.orders.rule: Host(`shop.example.com`) && PathPrefix(`/shop`)\n        traefik.http.routers.orders.middlewares: shop\n        traefik.http.middlewares.shop.stripprefix.prefixes: /shop',
          ),
        },
      },
      {
        files: {
          ...service,
          'app/main.py': 'from fastapi import FastAPI\n\napp = FastAPI(root_path="/orders")\n',
          'k8s/app.yaml': workload,
          'k8s/gateway.yaml': ingress('/orders'),
        },
        note: 'The server may strip the prefix itself.',
      },
    ],
  },
  check(system, { report }) {
    const judge = (route: GatewayRoute, runtimes: readonly Runtime[]): void => {
      const [runtime] = runtimes;
      if (!runtime || !runtimes.every(hasCertainRoutes)) return;
      if (runtimes.some(({ service }) => service.routes.routes.some((item) => reaches(item.path, route)))) return;
      const [application] = runtime.service.routes.applications;
      if (!application) return;
      report(
        'unrouted',
        route,
        {
          gateway: route.gateway,
          path: route.path,
          service: runtime.service.name,
          arriving: route.arriving,
          application: withPlace(application.name, application),
        },
        { related: [says(application, 'The application whose routes were read')] },
      );
    };
    for (const environment of system.repository.environments) {
      const byObject = new Map<KubeObject | undefined, Runtime[]>();
      for (const runtime of system.runtimesIn(environment)) {
        const object = runtime.kubernetes?.object;
        byObject.set(object, [...(byObject.get(object) ?? []), runtime]);
      }
      for (const route of kubernetesRoutes(environment)) {
        const target = environment.find('Service', route.backend, route.namespace);
        if (!target) continue;
        const workloads = workloadsOf(environment, target);
        const runtimes = workloads.flatMap((object) => byObject.get(object) ?? []);
        if (workloads.every((object) => object.containers.length === 1 && byObject.has(object))) judge(route, runtimes);
      }
    }
    for (const runtime of system.runtimes) {
      if (!runtime.compose) continue;
      for (const route of composeRoutes(runtime.compose.project, runtime.compose.service)) judge(route, [runtime]);
    }
  },
});

/** Whether some path that arrives is served by a route's pattern. */
function reaches(pattern: string, { arriving, exact, partial }: GatewayRoute): boolean {
  if (exact) return matchesPath(pattern, arriving);
  const parts = pattern.split('/').filter((part) => part !== '');
  const wanted = arriving.split('/').filter((part) => part !== '');
  for (const [index, part] of wanted.entries()) {
    const own = parts[index];
    if (own === '**') return true;
    if (own === undefined) return false;
    const goesOn = partial && index === wanted.length - 1 && own.startsWith(part);
    if (own !== part && !own.includes('*') && !goesOn) return false;
  }
  return true;
}
