import { defineRule } from '../../rule.ts';
import { holdsSecret } from './_secrets.ts';

export const noSecretInConfigmap = defineRule({
  id: 'kubernetes/no-secret-in-configmap',
  summary: 'A ConfigMap holds no secrets',
  severity: 'error',
  preset: 'recommended',
  peers: ['polaris:sensitiveConfigmapContent'],
  why: 'ConfigMaps are not encrypted at rest, appear in logs and dashboards, and far more people and programs may read them than Secrets.',
  source: 'https://kubernetes.io/docs/concepts/configuration/configmap/',
  messages: {
    secret: {
      text: 'The ConfigMap {map} holds the secret {name}',
      remedy: 'Move it into a Secret, and change it: it is known by now.',
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
            DATABASE_PASSWORD: hunter2
            LOG_LEVEL: INFO
        `,
        at: [5],
      },
      {
        files: {
          'k8s/kustomization.yaml': `
          resources: []
          configMapGenerator:
            - name: orders
              literals:
                - API_KEY=abc123def
        `,
        },
        at: ['k8s/kustomization.yaml:5'],
      },
    ],
    good: [
      `
          apiVersion: v1
          kind: ConfigMap
          metadata: { name: orders }
          data:
            LOG_LEVEL: INFO
            PASSWORD_MIN_LENGTH: "12"
            TOKEN_URL: https://login.example.com/token
        `,
    ],
  },
  check(environment, { report }) {
    for (const map of environment.ofKind('ConfigMap')) {
      for (const { name, value } of map.root.pairs('data'))
        if (holdsSecret(name, value.string() ?? '')) report('secret', value, { map: map.name ?? '', name });
    }
  },
});
