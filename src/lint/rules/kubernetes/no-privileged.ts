import { defineRule } from '../../rule.ts';
import { containersOf } from './_workloads.ts';

export const noPrivileged = defineRule({
  id: 'kubernetes/no-privileged',
  summary: 'No container is privileged',
  severity: 'error',
  preset: 'recommended',
  peers: [
    'kube-linter:privileged-container',
    'kube-score:container-security-context-privileged',
    'polaris:runAsPrivileged',
    'checkov:CKV_K8S_16',
    'trivy:KSV-0017',
  ],
  why: 'A privileged container has all capabilities and all devices of its node: whoever takes it over has the node, and with it the secrets of every pod there.',
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  messages: {
    privileged: {
      text: 'The container {container} is privileged',
      remedy: 'Remove privileged, and add the one capability that is needed.',
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
                    securityContext:
                      privileged: true
        `,
        at: [11],
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
                    securityContext:
                      privileged: false
        `,
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
        `,
    ],
  },
  check(environment, { report }) {
    for (const container of containersOf(environment.workloads)) {
      const privileged = container.root.get('securityContext', 'privileged');
      if (privileged?.boolean() === true) report('privileged', privileged, { container: container.name });
    }
  },
});
