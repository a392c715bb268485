import { kubernetesSchema } from '../../../artifacts/kubernetes/schema.ts';
import { violations } from '../../../artifacts/yaml/schema.ts';
import { defineRule } from '../../rule.ts';
import { reportViolations, schemaMessages } from '../../schema-report.ts';

export const validSchema = defineRule({
  id: 'kubernetes/valid-schema',
  summary: 'An object has the fields of its kind, with values of their types',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:schema-validation'],
  why: 'The API server refuses a value of the wrong type and a missing required field. A field that it does not know is worse: unless validation is strict it is dropped without a word, and the limit or the probe that was meant is not there. Kinds of Kubernetes itself are looked at; those that a cluster adds are not.',
  source: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
  messages: {
    ...schemaMessages,
    kind: { text: '{version} has no kind {kind}', remedy: 'Write apiVersion: {right}.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: orders
            annotations:
              example.com/port: 8000
          spec:
            replicas: "1"
            selector: { matchLabels: { app: orders } }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - image: example.com/orders:1.4.2
                    imagePullpolicy: Always
                    ports:
                      - name: http
        `,
        at: [6, 8, 14, 15, 17],
        fixed: `
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: orders
            annotations:
              example.com/port: "8000"
          spec:
            replicas: 1
            selector: { matchLabels: { app: orders } }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - image: example.com/orders:1.4.2
                    imagePullpolicy: Always
                    ports:
                      - name: http
        `,
        note: 'An annotation is a string; the number of replicas is none; the container has no name; a key is misspelt; the port has no number.',
      },
      {
        files: `
          apiVersion: v1
          kind: Deployment
          metadata: { name: orders }
        `,
        at: [1],
      },
      {
        files: `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            ports:
              http: 80
        `,
        at: [6],
      },
    ],
    good: [
      `
          apiVersion: v1
          kind: Service
          metadata:
            name: orders
            creationTimestamp: null
          spec:
            selector:
            ports:
              - port: 80
                targetPort: http
              - { port: 81, targetPort: 8001 }
        `,
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: \${REPLICAS}
            selector: { matchLabels: { app: orders } }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: example.com/orders:1.4.2
                    resources: { limits: { cpu: 1, memory: 256Mi } }
        `,
        note: 'A variable that something fills in is not known.',
      },
      {
        files: `
          apiVersion: example.com/v1
          kind: Deployment
          spec: { anything: 1 }
        `,
        note: 'A kind of somebody else.',
      },
    ],
  },
  check(environment, { report }) {
    for (const object of environment.objects) {
      const { kinds, definitions } = kubernetesSchema();
      const definition = definitions[kinds[`${object.apiVersion} ${object.kind}`] ?? ''];
      if (definition === undefined) {
        const right = rightVersion(object.apiVersion, object.kind);
        const args = { version: object.apiVersion, kind: object.kind };
        if (right !== undefined) report('kind', object.root.get('apiVersion') ?? object, { ...args, right });
        continue;
      }
      reportViolations(
        report,
        violations(object.root, definition, definitions, object, { nullIs: 'absent' }),
        object.kind,
      );
    }
  },
});

/** The version that serves a kind, where the one that is written is of Kubernetes but has no such kind. */
function rightVersion(version: string, kind: string): string | undefined {
  served ??= versionsOf(Object.keys(kubernetesSchema().kinds));
  return served.all.has(version) ? served.stable.get(kind) : undefined;
}

interface Versions {
  readonly all: ReadonlySet<string>;
  /** Kind → its version, where that is stable. */
  readonly stable: ReadonlyMap<string, string>;
}

let served: Versions | undefined;

function versionsOf(names: readonly string[]): Versions {
  const pairs = names.map((name) => name.split(' ') as [version: string, kind: string]);
  return {
    all: new Set(pairs.map(([version]) => version)),
    stable: new Map(
      pairs.flatMap(([version, kind]): [string, string][] => (/(?:^|\/)v\d+$/.test(version) ? [[kind, version]] : [])),
    ),
  };
}
