import type { Environment, KubeObject } from '../../../artifacts/kubernetes/environment.ts';
import { admitsDns, policiesFor, policyRules, refusing, rulePeers, targetsOf } from '../../../system/network.ts';
import { type System, workloadsOf } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const app = 'from fastapi import FastAPI\n\napp = FastAPI()\n';
const project = (name: string): string =>
  `[project]\nname = "${name}"\ndependencies = ["fastapi>=0.115,<1", "uvicorn>=0.30,<1"]\n`;

const services = {
  'orders/pyproject.toml': project('orders'),
  'orders/app/main.py': app,
  'orders/Dockerfile': dockerfile,
  'payments/pyproject.toml': project('payments'),
  'payments/app/main.py': app,
  'payments/Dockerfile': dockerfile,
};

const manifests = `
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
            image: ghcr.io/acme/orders:1.4.0
            env: [{ name: PAYMENTS_URL, value: "http://payments" }]
  ---
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: payments }
  spec:
    selector: { matchLabels: { app: payments } }
    template:
      metadata: { labels: { app: payments } }
      spec:
        containers:
          - name: payments
            image: ghcr.io/acme/payments:1.4.0
            ports: [{ name: http, containerPort: 8000 }]
  ---
  apiVersion: v1
  kind: Service
  metadata: { name: payments }
  spec: { selector: { app: payments }, ports: [{ port: 80, targetPort: http }] }
`;

const policy = (name: string, rules: string): string => `
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: ${name} }
  spec:
    podSelector: { matchLabels: { app: ${name} } }
    ${rules}
`;

const ingress = `
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: shop }
  spec:
    rules:
      - http:
          paths:
            - path: /
              pathType: Prefix
              backend: { service: { name: payments, port: { number: 80 } } }
`;

export const networkPolicyAdmits = defineRule({
  id: 'system/network-policy-admits',
  summary: 'Network policies let through what the services really send to each other',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A policy that forgets a caller, a port or DNS does not fail when it is applied: packets vanish, and the caller sees a timeout that looks like an overloaded service. Which calls there are stands in the variables of the pods, far from the policy.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  messages: {
    ingress: {
      text: 'The policy does not admit {caller}, which calls {target} on port {port}',
      remedy: 'Add a rule that admits its pods to that port.',
    },
    egress: {
      text: 'The policy does not let {caller} out to {target} on port {port}, which it calls',
      remedy: 'Add an egress rule to those pods and that port.',
    },
    dns: {
      text: 'The policy lets no name look-up out, but {caller} calls {target} by name',
      remedy: 'Admit port 53, by UDP and TCP, to the DNS of the cluster.',
    },
    gateway: {
      text: 'The policy admits no gateway to {target}, to which {route} sends',
      remedy: "Admit the pods of the gateway's namespace.",
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy(
            'payments',
            'ingress: [{ from: [{ podSelector: { matchLabels: { app: mail } } }] }]',
          ),
        },
        at: ['k8s/policy.yaml:3'],
        note: 'Only another service may call.',
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy('payments', 'ingress: [{ ports: [{ port: 80 }] }]'),
        },
        at: ['k8s/policy.yaml:3'],
        note: 'Policies see the port of the pod, not that of the Service.',
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy(
            'orders',
            'policyTypes: [Egress]\n    egress: [{ to: [{ podSelector: { matchLabels: { app: payments } } }], ports: [{ port: 8000 }] }]',
          ),
        },
        at: ['k8s/policy.yaml:3'],
        note: 'The call itself may pass, but not the look-up of the name.',
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/ingress.yaml': ingress,
          'k8s/policy.yaml': policy(
            'payments',
            'ingress: [{ from: [{ podSelector: { matchLabels: { app: orders } } }] }]',
          ),
        },
        at: ['k8s/policy.yaml:3'],
      },
    ],
    good: [
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy(
            'payments',
            'ingress: [{ from: [{ podSelector: { matchLabels: { app: orders } } }], ports: [{ port: http }] }]',
          ),
        },
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy(
            'orders',
            'policyTypes: [Egress]\n    egress: [{ ports: [{ port: 53, protocol: UDP }] }, { ports: [{ port: 8000 }] }]',
          ),
        },
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests,
          'k8s/policy.yaml': policy(
            'payments',
            'ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } } }] }]',
          ),
        },
        note: 'Which labels the namespace bears is not known.',
      },
      {
        files: {
          ...services,
          'k8s/app.yaml': manifests.replace('value: "http://payments"', 'value: "http://payments.$(ZONE)"'),
          'k8s/policy.yaml': policy('payments', 'ingress: []'),
        },
        note: 'Where the call goes is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const environment of system.repository.environments) {
      if (!environment.complete || environment.ofKind('NetworkPolicy').length === 0) continue;
      const told = new Set<string>();
      for (const runtime of system.runtimesIn(environment)) {
        const from = runtime.kubernetes?.object;
        if (!from) continue;
        const outgoing = policiesFor(environment, from, 'Egress');
        for (const variable of runtime.variables.all.values()) {
          if (variable.value === undefined || variable.source === 'image') continue;
          for (const { service, workload: to, port } of targetsOf(environment, variable.value, from.namespace)) {
            if (to === from) continue;
            const related = [says(variable, `${from.title} calls ${service.title}`)];
            const tell = (code: 'ingress' | 'egress', policy: KubeObject): void => {
              const key = `${code} ${policy.title} ${from.title} ${to.title} ${port}`;
              if (told.has(key)) return;
              told.add(key);
              report(
                code,
                policy.nameLocation,
                { caller: withPlace(from.title, variable), target: to.title, port },
                { related },
              );
            };
            const connection = { environment, from, to, port };
            for (const policy of refusing(connection, 'Ingress').slice(0, 1)) tell('ingress', policy);
            const refusers = refusing(connection, 'Egress');
            for (const policy of refusers.slice(0, 1)) tell('egress', policy);
            const [first] = outgoing;
            if (refusers.length === 0 && first && !admitsDns(outgoing) && !told.has(`dns ${from.title}`)) {
              told.add(`dns ${from.title}`);
              report(
                'dns',
                first.nameLocation,
                { caller: withPlace(from.title, variable), target: service.title },
                { related },
              );
            }
          }
        }
      }
      for (const { route, workload } of routed(environment)) {
        const policies = policiesFor(environment, workload, 'Ingress');
        const [first] = policies;
        if (!first || !policies.every((policy) => admitsOwnOnly(system, environment, policy))) continue;
        report(
          'gateway',
          first.nameLocation,
          { target: workload.title, route: withPlace(route.title, route.nameLocation) },
          { related: [says(route.nameLocation, `${route.title} sends to ${workload.title}`)] },
        );
      }
    }
  },
});

/** The workloads behind the backends of gateways' routes. */
function routed(environment: Environment): readonly { readonly route: KubeObject; readonly workload: KubeObject }[] {
  const found = new Map<KubeObject, KubeObject>();
  for (const route of environment.ofKind('Ingress', 'HTTPRoute', 'IngressRoute')) {
    const names = [
      ...route.root
        .list('spec', 'rules')
        .flatMap((rule) => [
          ...rule.list('http', 'paths').map((path) => path.text('backend', 'service', 'name')),
          ...rule.list('backendRefs').map((reference) => reference.text('name')),
        ]),
      ...route.root
        .list('spec', 'routes')
        .flatMap((item) => item.list('services').map((service) => service.text('name'))),
    ];
    for (const name of names) {
      const service = name === undefined ? undefined : environment.find('Service', name, route.namespace);
      for (const workload of service ? workloadsOf(environment, service) : [])
        if (!found.has(workload)) found.set(workload, route);
    }
  }
  return [...found].map(([workload, route]) => ({ route, workload }));
}

/** Whether every rule of a policy names pods by labels that only the repository's own services bear. */
function admitsOwnOnly(system: System, environment: Environment, policy: KubeObject): boolean {
  const own = new Set(system.runtimesIn(environment).map((runtime) => runtime.kubernetes?.object));
  return policyRules(policy, 'Ingress').every((rule) => {
    const peers = rulePeers(rule, 'Ingress');
    return (
      peers?.every((peer) => {
        const pods = peer.map('podSelector');
        if (!pods || pods.entries.size === 0 || peer.get('namespaceSelector') || peer.get('ipBlock')) return false;
        const selected = environment.selectedBy(pods, policy.namespace);
        return selected.length > 0 && selected.every((object) => own.has(object));
      }) ?? false
    );
  });
}
