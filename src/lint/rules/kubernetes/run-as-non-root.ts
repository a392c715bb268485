import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { linuxContainers } from './_workloads.ts';

export const runAsNonRoot = defineRule({
  id: 'kubernetes/run-as-non-root',
  summary: 'Containers do not run as root',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:run-as-non-root',
    'kube-score:container-security-context-user-group-id',
    'polaris:runAsRootAllowed',
    'checkov:CKV_K8S_23',
    'trivy:KSV-0012',
  ],
  why: 'A process that breaks out of its container is on the node the user that it was inside. As root it owns the node.',
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  messages: {
    unset: {
      text: 'Nothing keeps {container} from running as root',
      remedy: 'Set securityContext.runAsNonRoot to true; the image must name a numeric user.',
    },
    root: { text: 'The container {container} runs as root', remedy: 'Run it as a user other than 0.' },
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
        at: [8],
        fixed: `
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
                      runAsNonRoot: true
        `,
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
                    securityContext:
                      runAsUser: 0
        `,
        at: [11],
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                securityContext: { runAsNonRoot: false }
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [7],
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
                securityContext: { runAsNonRoot: true }
                containers:
                  - name: orders
                    image: orders:1.0
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
                    securityContext:
                      runAsUser: 10001
        `,
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                os: { name: windows }
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'Windows has no root.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of linuxContainers(environment)) {
      const user = container.security('runAsUser');
      const nonRoot = container.security('runAsNonRoot');
      const args = { container: container.name };
      if (user?.number() === 0) report('root', user, args);
      else if (user !== undefined) continue;
      else if (nonRoot?.boolean() === false) report('root', nonRoot, args);
      else if (nonRoot === undefined)
        report('unset', container, args, { fix: setPath(container.root, ['securityContext', 'runAsNonRoot'], 'true') });
    }
  },
});
