import type { Environment, KubeObject } from '../../../artifacts/kubernetes/environment.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const pod = (env: string, objects = ''): string => `
  apiVersion: v1
  kind: ConfigMap
  metadata: { name: orders }
  data: { LOG_LEVEL: INFO }
${objects}  ---
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
            env:
              - name: LOG_LEVEL
                valueFrom: ${env}
`;

export const secretReferenceExists = defineRule({
  id: 'system/secret-reference-exists',
  summary: 'Every referenced ConfigMap key and Compose secret is defined',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A pod whose environment names a key that its ConfigMap does not have stays in CreateContainerConfigError, and a Compose file with an undefined secret or config does not start at all.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/',
  messages: {
    key: {
      text: '{object} has no key {key}',
      remedy: 'Add the key, or name one that exists.',
    },
    undefined: {
      text: 'The {kind} {name} is not defined at the top level of {file}',
      remedy: 'Define it, or name one that exists.',
    },
  },
  examples: {
    bad: [
      { files: { 'k8s/app.yaml': pod('{ configMapKeyRef: { name: orders, key: LEVEL } }') }, at: ['k8s/app.yaml:19'] },
      {
        files: {
          'compose.yaml': `
            services:
              orders:
                image: orders:1.0
                secrets: [database-password]
            secrets:
              db-password:
                file: ./secret
          `,
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      { files: { 'k8s/app.yaml': pod('{ configMapKeyRef: { name: orders, key: LOG_LEVEL } }') } },
      {
        files: { 'k8s/app.yaml': pod('{ secretKeyRef: { name: orders-secrets, key: LOG_LEVEL } }') },
        note: 'Secrets are made elsewhere more often than not.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const environment of repository.environments) {
      for (const object of environment.objects) {
        for (const container of object.containers) {
          for (const item of container.root.list('env')) {
            for (const [field, kind] of [
              ['configMapKeyRef', 'ConfigMap'],
              ['secretKeyRef', 'Secret'],
            ] as const) {
              const reference = item.get('valueFrom', field);
              if (!reference || reference.boolean('optional')) continue;
              const target = find(environment, kind, reference.text('name'), object);
              const key = reference.get('key');
              const name = reference.text('key');
              if (!target || !key || name === undefined || hasKey(target, name)) continue;
              report(
                'key',
                key,
                { object: target.title, key: name },
                { related: [says(target.nameLocation, `${target.title} is defined here`)] },
              );
            }
          }
        }
      }
    }
    for (const project of repository.composeProjects) {
      if (!project.complete) continue;
      for (const service of project.services.values()) {
        for (const kind of ['secrets', 'configs'] as const) {
          for (const item of service.root.list(kind)) {
            const node: YamlNode = item.get('source') ?? item;
            const name = node.text();
            if (name === undefined || name.includes('$') || project.root.get(kind, name)) continue;
            report(
              'undefined',
              node,
              { kind: kind.slice(0, -1), name, file: project.file.path },
              { related: [says(service, `The service ${service.name} asks for it`)] },
            );
          }
        }
      }
    }
  },
});

function find(
  environment: Environment,
  kind: string,
  name: string | undefined,
  owner: KubeObject,
): KubeObject | undefined {
  return name === undefined ? undefined : environment.find(kind, name, owner.namespace);
}

function hasKey(object: KubeObject, key: string): boolean {
  return (
    ['data', 'binaryData', 'stringData'].some((section) => object.root.get(section, key) !== undefined) ||
    object.root.get('data') === undefined
  );
}
