import type { Service, System } from '../../../system/system.ts';
import type { ProvidedVariable } from '../../../system/variables.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const services = (back: string): Record<string, string> => ({
  'orders/requirements.txt': 'flask==3.0.0\n',
  'orders/app.py': 'import os\n\nPAYMENTS = os.environ["PAYMENTS_URL"]\n',
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
  'payments/requirements.txt': 'flask==3.0.0\n',
  'payments/app.py': 'import os\n\nORDERS = os.environ.get("ORDERS_URL")\n',
  'payments/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
  'compose.yaml': `
    services:
      orders:
        build: orders
        environment: { PAYMENTS_URL: "http://payments:8000" }
      payments:
        build: payments
        environment: { ${back} }
  `,
});

export const callCycleFree = defineRule({
  id: 'system/call-cycle-free',
  summary: 'Services do not call each other in a circle',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'In a circle of synchronous calls a slow service waits for itself: its threads are held by callers that wait for its own answer, and one overload takes all of them down. Neither can be deployed before the other.',
  source:
    'https://learn.microsoft.com/en-us/dotnet/architecture/microservices/architect-microservice-container-applications/communication-in-microservice-architecture',
  messages: {
    cycle: {
      text: 'Services call each other in a circle: {cycle}',
      remedy: 'Turn one of the calls into an event, or move what both need into one service.',
    },
  },
  examples: {
    bad: [
      { files: services('ORDERS_URL: "http://orders:8000"'), at: ['compose.yaml:4'] },
      { files: services('ORDERS_URL: "http://orders/api"'), at: ['compose.yaml:4'] },
    ],
    good: [
      { files: services('LOG_LEVEL: INFO') },
      { files: services('ORDERS_URL: "${ORDERS_URL}"'), note: 'Where that points is not known.' },
    ],
  },
  check(system, { report }) {
    const calls = callsOf(system);
    const told = new Set<string>();
    for (const start of calls.keys()) {
      const path = findCycle(start, calls);
      if (!path) continue;
      const key = path
        .map((step) => step.to.name)
        .sort()
        .join();
      const [first] = path;
      if (told.has(key) || !first) continue;
      told.add(key);
      report(
        'cycle',
        first.variable,
        { cycle: [start.name, ...path.map((step) => step.to.name)].join(' → ') },
        { related: path.slice(1).map((step) => says(step.variable, `and this leads to ${step.to.name}`)) },
      );
    }
  },
});

interface Call {
  readonly to: Service;
  readonly variable: ProvidedVariable;
}

function callsOf(system: System): ReadonlyMap<Service, readonly Call[]> {
  const calls = new Map<Service, Call[]>();
  for (const runtime of system.runtimes) {
    if (!runtime.compose) continue;
    for (const variable of runtime.variables.all.values()) {
      const host = /^https?:\/\/([a-z0-9-]+)(?:[:/]|$)/.exec(variable.value ?? '')?.[1];
      const target = host === undefined ? undefined : runtime.compose.project.services.get(host);
      const to = target ? system.runtimeOf(target)?.service : undefined;
      // Only what the code reads is a call.
      const read = runtime.service.settings.settings.some((setting) =>
        setting.variables.some((name) => name.toUpperCase() === variable.name.toUpperCase()),
      );
      if (!to || to === runtime.service || !read) continue;
      const list = calls.get(runtime.service) ?? [];
      calls.set(runtime.service, list);
      if (!list.some((call) => call.to === to)) list.push({ to, variable });
    }
  }
  return calls;
}

function findCycle(start: Service, calls: ReadonlyMap<Service, readonly Call[]>): readonly Call[] | undefined {
  const visited = new Set<Service>();
  const walk = (at: Service, path: readonly Call[]): readonly Call[] | undefined => {
    for (const call of calls.get(at) ?? []) {
      if (call.to === start) return [...path, call];
      if (visited.has(call.to)) continue;
      visited.add(call.to);
      const found = walk(call.to, [...path, call]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(start, []);
}
