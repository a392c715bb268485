import { defineRule } from '../../rule.ts';
import { wholeWorkloads } from './_workloads.ts';

export const namespaceSet = defineRule({
  id: 'kubernetes/namespace-set',
  summary: 'A workload has a namespace of its own',
  severity: 'info',
  preset: 'all',
  peers: ['kube-linter:use-namespace', 'checkov:CKV_K8S_21'],
  why: 'Where an object lands then depends on the context of whoever applies it. In the default namespace quotas, policies and roles cannot tell one application from another.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
  messages: {
    none: { text: '{object} names no namespace', remedy: 'Set metadata.namespace, or namespace in the kustomization.' },
    shared: {
      text: '{object} is put into the default namespace',
      remedy: 'Give the application a namespace of its own.',
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
        `,
        at: [3],
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders, namespace: default }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [3],
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders, namespace: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      {
        files: {
          'k8s/kustomization.yaml': `
          namespace: orders
          resources: [app.yaml]
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
        `,
        },
      },
    ],
  },
  check(environment, { report }) {
    // A chart is installed into the namespace that its release names.
    const named = environment.origin !== 'helm';
    for (const object of [...wholeWorkloads(environment), ...environment.ofKind('Service')]) {
      const node = object.root.get('metadata', 'namespace');
      if (node === undefined && named) report('none', object.nameLocation, { object: object.title });
      else if (node?.text() === 'default') report('shared', node, { object: object.title });
    }
  },
});
