import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { isPrivileged, linuxContainers } from './_workloads.ts';

export const dropAllCapabilities = defineRule({
  id: 'kubernetes/drop-all-capabilities',
  summary: 'Containers drop all capabilities',
  severity: 'warning',
  preset: 'strict',
  peers: [
    'checkov:CKV_K8S_37',
    'kube-linter:drop-net-raw-capability',
    'polaris:insecureCapabilities',
    'trivy:KSV-0003',
  ],
  why: 'A container starts with capabilities that no web service needs, among them raw sockets and changing the owner of files. Dropping all and adding back what is needed says what a service really does.',
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  messages: {
    kept: {
      text: 'The container {container} keeps the default capabilities',
      remedy: 'Set securityContext.capabilities.drop to [ALL], and add what the service needs.',
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
        at: [8],
      },
      {
        files: `
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
        at: [9],
        fixed: `
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
                    securityContext:
                      capabilities:
                        drop: [ALL]
        `,
        note: 'A user other than root has none of them in effect, so dropping them changes nothing.',
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
                      capabilities:
                        drop: [NET_RAW]
        `,
        at: [12],
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
                      capabilities:
                        drop: [ALL]
                        add: [NET_BIND_SERVICE]
        `,
    ],
  },
  check(environment, { report }) {
    for (const container of linuxContainers(environment)) {
      if (isPrivileged(container)) continue;
      const drop = container.root.get('securityContext', 'capabilities', 'drop');
      if (drop?.list().some((item) => item.text()?.toUpperCase() === 'ALL')) continue;
      const unprivileged =
        container.security('runAsNonRoot')?.boolean() === true || (container.security('runAsUser')?.number() ?? 0) > 0;
      const added = container.root.get('securityContext', 'capabilities', 'add') !== undefined;
      const fix =
        unprivileged && !added && drop === undefined
          ? setPath(container.root, ['securityContext', 'capabilities', 'drop'], '[ALL]')
          : [];
      report('kept', drop ?? container, { container: container.name }, { fix });
    }
  },
});
