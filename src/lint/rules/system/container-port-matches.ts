import { type Fact, fact } from '../../../system/fact.ts';
import type { Runtime } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService, unknownStart } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const deployment = (port: number, extra = ''): string => `
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
            ports:
              - containerPort: ${port}
${extra}`;

export const containerPortMatches = defineRule({
  id: 'system/container-port-matches',
  summary: 'containerPort is the port that the server binds',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A Service, a probe or a network policy that names the container port sends traffic there. When the server in the image binds another port, every connection is refused although all objects apply.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  messages: {
    differs: {
      text: 'The container port is {declared}, but the server binds {bound}',
      remedy: 'Make both the same port.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': deployment(8080) },
        at: ['k8s/app.yaml:13'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: `
            FROM python:3.13-slim
            WORKDIR /app
            COPY . .
            CMD uvicorn app.main:app --host 0.0.0.0 --port $PORT
          `,
          'k8s/app.yaml': deployment(8000, '            env:\n              - { name: PORT, value: "9000" }\n'),
        },
        at: ['k8s/app.yaml:13'],
        note: 'The container sets the variable that the server takes its port from.',
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': deployment(8000) } },
      {
        files: { ...fastapiService, Dockerfile: unknownStart, 'k8s/app.yaml': deployment(8080) },
        note: 'Nobody says which port the server binds.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { start } = runtime;
      if (runtime.kind !== 'kubernetes' || !start?.port) continue;
      const ports = declaredPorts(runtime);
      const [first] = ports;
      if (!first || ports.some((port) => port.value === start.port?.value)) continue;
      report(
        'differs',
        first,
        { declared: ports.map((port) => port.value).join(', '), bound: withPlace(start.port.value, start.port) },
        { related: [says(start.port, `The server binds ${start.port.value}`)] },
      );
    }
  },
});

function declaredPorts(runtime: Runtime): readonly Fact<number>[] {
  const root = runtime.kubernetes?.container.root;
  return (root?.list('ports') ?? []).flatMap((port) => {
    const value = port.number('containerPort');
    const node = port.get('containerPort');
    return value !== undefined && node && port.text('protocol') !== 'UDP' ? [fact(value, node)] : [];
  });
}
