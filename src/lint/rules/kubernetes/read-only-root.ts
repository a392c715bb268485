import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { linuxContainers } from './_workloads.ts';

export const readOnlyRoot = defineRule({
  id: 'kubernetes/read-only-root',
  summary: 'The root file system of a container is read-only',
  severity: 'warning',
  preset: 'strict',
  peers: [
    'kube-linter:no-read-only-root-fs',
    'kube-score:container-security-context-readonlyrootfilesystem',
    'polaris:notReadOnlyRootFilesystem',
    'checkov:CKV_K8S_22',
    'trivy:KSV-0014',
  ],
  why: 'What cannot write cannot install tools or change the code that it runs. Files that a service has to write belong in a volume that says so.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  messages: {
    writable: {
      text: 'The root file system of {container} can be written',
      remedy: 'Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where the service writes.',
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
                containers:
                  - name: orders
                    image: orders:1.0
                    volumeMounts:
                      - { name: tmp, mountPath: /tmp }
                volumes:
                  - { name: tmp, emptyDir: {} }
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
                    volumeMounts:
                      - { name: tmp, mountPath: /tmp }
                    securityContext:
                      readOnlyRootFilesystem: true
                volumes:
                  - { name: tmp, emptyDir: {} }
        `,
        note: 'Where /tmp is a volume, the rest can be closed.',
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
                      readOnlyRootFilesystem: false
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
                      readOnlyRootFilesystem: true
        `,
    ],
  },
  check(environment, { report }) {
    for (const container of linuxContainers(environment)) {
      const own = container.root.get('securityContext', 'readOnlyRootFilesystem');
      const args = { container: container.name };
      if (own?.boolean() === false) report('writable', own, args);
      if (own !== undefined) continue;
      const hasScratch = container.root.list('volumeMounts').some((mount) => mount.text('mountPath') === '/tmp');
      const fix = setPath(container.root, ['securityContext', 'readOnlyRootFilesystem'], 'true');
      report('writable', container, args, hasScratch ? { fix } : {});
    }
  },
});
