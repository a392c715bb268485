import { defineRule } from '../../rule.ts';
import { servers } from './_workloads.ts';

export const immutableConfigHash = defineRule({
  id: 'kubernetes/immutable-config-hash',
  summary: 'A change of configuration starts new pods',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'Environment variables are read when a container starts. When only the ConfigMap changes, the old pods keep the old values, and the next restart brings the new ones at a time that nobody chose.',
  source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/',
  messages: {
    stale: {
      text: '{workload} keeps its old values when {map} changes',
      remedy:
        'Generate the ConfigMap with kustomize, which names it by its content, or put its checksum into an annotation of the pod template.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: ConfigMap
          metadata: { name: orders }
          data:
            LOG_LEVEL: INFO
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    envFrom:
                      - configMapRef: { name: orders }
        `,
        at: [17],
      },
    ],
    good: [
      {
        files: {
          'k8s/kustomization.yaml': `
          resources: [app.yaml]
          configMapGenerator:
            - name: orders
              literals: [LOG_LEVEL=INFO]
        `,
          'k8s/app.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    envFrom:
                      - configMapRef: { name: orders }
        `,
        },
      },
      `
          apiVersion: v1
          kind: ConfigMap
          metadata: { name: orders }
          data:
            LOG_LEVEL: INFO
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              metadata: { annotations: { checksum/config: 9f86d081 } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    envFrom:
                      - configMapRef: { name: orders }
        `,
      {
        files: {
          'chart/Chart.yaml': 'apiVersion: v2\nname: orders\nversion: 1.0.0\n',
          'chart/values.yaml': 'config: { LOG_LEVEL: INFO }\n',
          'chart/templates/app.yaml': `
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: orders-{{ .Values.config | toJson | sha256sum | trunc 10 }}
          data: {{ toYaml .Values.config | nindent 2 }}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    envFrom:
                      - configMapRef:
                          name: orders-{{ .Values.config | toJson | sha256sum | trunc 10 }}
        `,
        },
        note: 'Its name follows from its content.',
      },
      {
        files: `
          apiVersion: v1
          kind: ConfigMap
          metadata: { name: orders }
          immutable: true
          data:
            LOG_LEVEL: INFO
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    envFrom:
                      - configMapRef: { name: orders }
        `,
        note: 'It cannot change; another one will have another name.',
      },
    ],
  },
  check(environment, { report }) {
    for (const workload of servers(environment)) {
      const annotations = [
        ...(workload.podTemplate?.pairs('metadata', 'annotations') ?? []),
        ...workload.root.pairs('metadata', 'annotations'),
      ];
      if (annotations.some(({ name }) => /checksum|hash|reload/i.test(name))) continue;
      const references = workload.containers.flatMap(({ root }) => [
        ...root.list('envFrom').map((source) => source.get('configMapRef', 'name')),
        ...root.list('env').map((variable) => variable.get('valueFrom', 'configMapKeyRef', 'name')),
      ]);
      for (const reference of references) {
        const name = reference?.string();
        const map = name === undefined ? undefined : environment.find('ConfigMap', name, workload.namespace);
        if (reference === undefined || map === undefined || map.generated || map.root.boolean('immutable')) continue;
        if (hashed.test(map.name ?? '')) continue;
        report('stale', reference, { workload: workload.title, map: map.title });
      }
    }
  },
});

/** A name that ends in a digest, as charts make it; kustomize's own are known to be generated. */
const hashed = /-[0-9a-f]{8,}$/;
