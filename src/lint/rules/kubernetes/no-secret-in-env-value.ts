import { defineRule } from '../../rule.ts';
import { holdsSecret } from './_secrets.ts';

export const noSecretInEnvValue = defineRule({
  id: 'kubernetes/no-secret-in-env-value',
  summary: 'A secret comes from a Secret, not from a literal value',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:env-var-secret', 'polaris:sensitiveContainerEnvVar'],
  why: 'Whoever can read the repository or describe the pod reads the secret, and it stays in the history after it was changed.',
  source: 'https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables',
  messages: {
    literal: {
      text: 'The value of {name} stands in the manifest',
      remedy: 'Put it into a Secret and refer to it with valueFrom.secretKeyRef.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    env:
                      - name: DATABASE_PASSWORD
                        value: hunter2
        `,
        at: [12],
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    env:
                      - name: DATABASE_URL
                        value: postgresql://orders:hunter2@db/orders
        `,
        at: [12],
        note: 'A password in a URL.',
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    env:
                      - name: DATABASE_PASSWORD
                        valueFrom: { secretKeyRef: { name: orders, key: password } }
        `,
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
                    env:
                      - name: PASSWORD_FILE
                        value: /run/secrets/password
                      - name: TOKEN_TTL
                        value: "3600"
                      - name: DATABASE_URL
                        value: postgresql://orders:$(PASSWORD)@db/orders
                      - { name: API_TOKEN, value: "\${API_TOKEN}" }
        `,
        note: 'Paths, numbers and what is filled in later are no secrets.',
      },
    ],
  },
  check(environment, { report }) {
    for (const { root } of environment.workloads.flatMap((workload) => workload.containers)) {
      for (const variable of root.list('env')) {
        const value = variable.get('value');
        const name = variable.string('name');
        if (value !== undefined && name !== undefined && holdsSecret(name, value.string() ?? ''))
          report('literal', value, { name });
      }
    }
  },
});
