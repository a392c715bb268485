import { defineRule } from '../../rule.ts';

export const noWildcardInRoles = defineRule({
  id: 'kubernetes/no-wildcard-in-roles',
  summary: 'A role names what it allows',
  severity: 'warning',
  preset: 'recommended',
  peers: ['kube-linter:wildcard-in-rules', 'checkov:CKV_K8S_49'],
  why: 'A wildcard also allows what will be added tomorrow: new resources, new verbs, the secrets of an operator that is installed next year.',
  source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
  messages: {
    wildcard: { text: '{role} allows all {field}', remedy: 'Name them.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: rbac.authorization.k8s.io/v1
          kind: Role
          metadata: { name: orders }
          rules:
            - apiGroups: [""]
              resources: [configmaps]
              verbs: ["*"]
        `,
        at: [7],
      },
      {
        files: `
          apiVersion: rbac.authorization.k8s.io/v1
          kind: Role
          metadata: { name: orders }
          rules:
            - apiGroups: [""]
              resources: ["*"]
              verbs: [get]
        `,
        at: [6],
      },
    ],
    good: [
      `
          apiVersion: rbac.authorization.k8s.io/v1
          kind: Role
          metadata: { name: orders }
          rules:
            - apiGroups: [""]
              resources: [configmaps]
              verbs: [get, list]
        `,
    ],
  },
  check(environment, { report }) {
    for (const role of environment.ofKind('Role', 'ClusterRole')) {
      for (const rule of role.root.list('rules')) {
        for (const field of ['verbs', 'resources']) {
          const all = rule.list(field).find((item) => item.text() === '*');
          if (all) report('wildcard', all, { role: role.title, field });
        }
      }
    }
  },
});
