import { defineRule } from '../../rule.ts';

export const noHostNamespaces = defineRule({
  id: 'kubernetes/no-host-namespaces',
  summary: 'Pods do not share the namespaces of their node',
  severity: 'error',
  preset: 'recommended',
  peers: [
    'kube-linter:host-network',
    'kube-linter:host-pid',
    'kube-linter:host-ipc',
    'polaris:hostNetworkSet',
    'polaris:hostPIDSet',
    'polaris:hostIPCSet',
    'checkov:CKV_K8S_17',
    'checkov:CKV_K8S_18',
    'checkov:CKV_K8S_19',
    'trivy:KSV-0008',
    'trivy:KSV-0009',
    'trivy:KSV-0010',
  ],
  why: 'With hostNetwork a pod passes by all network policies and reaches what listens on the node alone; with hostPID it sees and signals the processes of all others; with hostIPC it reads their shared memory.',
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  messages: {
    shared: { text: 'The pods of {workload} share their node: {field} is true', remedy: 'Remove {field}.' },
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
                hostNetwork: true
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
                hostNetwork: false
                containers:
                  - name: orders
                    image: orders:1.0
        `,
    ],
  },
  check(environment, { report }) {
    for (const workload of environment.workloads) {
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
        const node = workload.podSpec?.get(field);
        if (node?.boolean() === true) report('shared', node, { workload: workload.title, field });
      }
    }
  },
});
