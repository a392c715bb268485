import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { isPrivileged, linuxContainers } from './_workloads.ts';

export const noPrivilegeEscalation = defineRule({
  id: 'kubernetes/no-privilege-escalation',
  summary: 'A process cannot gain more rights than its parent',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:privilege-escalation-container',
    'polaris:privilegeEscalationAllowed',
    'checkov:CKV_K8S_20',
    'trivy:KSV-0001',
  ],
  why: 'With allowPrivilegeEscalation, which is the default, a setuid program in the image makes root of any user. Services need none.',
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  messages: {
    allowed: {
      text: 'The container {container} may gain privileges',
      remedy: 'Set securityContext.allowPrivilegeEscalation to false.',
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
                      allowPrivilegeEscalation: false
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
                      allowPrivilegeEscalation: true
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
                      allowPrivilegeEscalation: false
        `,
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
        note: 'The API refuses false for a privileged container; no-privileged reports it.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of linuxContainers(environment)) {
      if (isPrivileged(container)) continue;
      const own = container.root.get('securityContext', 'allowPrivilegeEscalation');
      const args = { container: container.name };
      if (own?.boolean() === true) report('allowed', own, args);
      else if (own === undefined)
        report('allowed', container, args, {
          fix: setPath(container.root, ['securityContext', 'allowPrivilegeEscalation'], 'false'),
        });
    }
  },
});
