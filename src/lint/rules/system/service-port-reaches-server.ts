import { workloadsOf } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService, unknownStart } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const objects = (target: string): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: orders }
  spec:
    selector: { app: orders }
    ports:
      - port: 80
        ${target}
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
            image: ghcr.io/acme/orders:1.4.0
`;

export const servicePortReachesServer = defineRule({
  id: 'system/service-port-reaches-server',
  summary: "A Service's target port is the port that the server binds",
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A numeric targetPort is not checked against anything: the Service has endpoints, and every connection to them is refused when the server in the image binds another port.',
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  messages: {
    differs: {
      text: '{service} sends to port {target}, but the server binds {bound}',
      remedy: 'Send to the port that the server binds.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': objects('targetPort: 8080') },
        at: ['k8s/app.yaml:8'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': objects('protocol: TCP') },
        at: ['k8s/app.yaml:7'],
        note: 'Without targetPort it is the port itself.',
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile, 'k8s/app.yaml': objects('targetPort: 8000') } },
      {
        files: { ...fastapiService, Dockerfile: unknownStart, 'k8s/app.yaml': objects('targetPort: 8080') },
        note: 'The port that the server binds is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const environment of system.repository.environments) {
      const runtimes = system.runtimesIn(environment);
      for (const service of environment.ofKind('Service')) {
        const [workload, ...others] = workloadsOf(environment, service);
        if (!workload || others.length > 0) continue;
        const containers = workload.containers.filter((item) => item.role !== 'init');
        const runtime = runtimes.find((item) => item.kubernetes?.object === workload);
        const bound = runtime?.start?.port;
        // A sidecar may own the port.
        if (!bound || containers.length !== 1) continue;
        for (const port of service.root.list('spec', 'ports')) {
          const node = port.get('targetPort') ?? port.get('port');
          const target = node?.number();
          if (
            !node ||
            target === undefined ||
            target === bound.value ||
            service.root.text('spec', 'clusterIP') === 'None'
          )
            continue;
          if (
            containers[0]?.root
              .list('ports')
              .some(
                (item) =>
                  item.number('containerPort') === target &&
                  item.text('name') !== undefined &&
                  item.text('name') !== 'http',
              )
          )
            continue;
          report(
            'differs',
            node,
            { service: service.title, target, bound: withPlace(bound.value, bound) },
            { related: [says(bound, `The server binds ${bound.value}`)] },
          );
        }
      }
    }
  },
});
