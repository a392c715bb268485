import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { isTemplated, wholeWorkloads } from './_workloads.ts';

export const noTokenMounted = defineRule({
  id: 'kubernetes/no-token-mounted',
  summary: 'Only pods that talk to the Kubernetes API have a token for it',
  severity: 'warning',
  preset: 'strict',
  peers: ['polaris:automountServiceAccountToken', 'checkov:CKV_K8S_38', 'trivy:KSV-0036'],
  why: 'Every pod gets a token for the API unless it says otherwise. A service that never calls the API gives it away with the first path traversal.',
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting',
  messages: {
    mounted: {
      text: 'A token of the service account {account}, which has no role, is mounted into {workload}',
      remedy: 'Set automountServiceAccountToken of the pod to false.',
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
                automountServiceAccountToken: false
        `,
      },
      {
        files: `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: orders
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [11],
        fixed: `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: orders
                containers:
                  - name: orders
                    image: orders:1.0
                automountServiceAccountToken: false
        `,
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
                automountServiceAccountToken: false
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      {
        files: `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          automountServiceAccountToken: false
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: orders
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'The account says it for all its pods.',
      },
      {
        files: `
          apiVersion: v1
          kind: ServiceAccount
          metadata: { name: orders }
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: RoleBinding
          metadata: { name: orders }
          roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: orders }
          subjects:
            - { kind: ServiceAccount, name: orders }
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: orders
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'It has a role, so it has something to ask.',
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                serviceAccountName: operator
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        note: 'The account is defined elsewhere.',
      },
    ],
  },
  check(environment, { report }) {
    if (!environment.complete) return;
    const bound = new Set(
      environment
        .ofKind('RoleBinding', 'ClusterRoleBinding')
        .flatMap(({ root }) => root.list('subjects').map((subject) => subject.text('name'))),
    );
    for (const workload of wholeWorkloads(environment)) {
      const { podSpec } = workload;
      if (podSpec === undefined || podSpec.get('automountServiceAccountToken') !== undefined) continue;
      const node = podSpec.get('serviceAccountName') ?? podSpec.get('serviceAccount');
      const account = node === undefined ? 'default' : node.string();
      if (account === undefined || isTemplated(account) || bound.has(account)) continue;
      const known = environment.find('ServiceAccount', account, workload.namespace);
      if (known?.root.get('automountServiceAccountToken') !== undefined) continue;
      if (known === undefined && account !== 'default') continue;
      const fix = setPath(podSpec, ['automountServiceAccountToken'], 'false');
      report('mounted', node ?? workload.nameLocation, { account, workload: workload.title }, { fix });
    }
  },
});
