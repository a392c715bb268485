import { defineRule } from '../../rule.ts';

export const podSecurityLabel = defineRule({
  id: 'kubernetes/pod-security-label',
  summary: 'A namespace says how secure its pods must be',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'The label makes the API itself refuse pods that run as root or privileged, whatever the manifests of tomorrow say. A namespace without it admits everything.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-namespace-labels/',
  messages: {
    missing: {
      text: 'The namespace {name} admits all pods',
      remedy: 'Add the label pod-security.kubernetes.io/enforce: restricted (or baseline).',
    },
    privileged: { text: 'The namespace {name} admits privileged pods', remedy: 'Enforce restricted or baseline.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: Namespace
          metadata:
            name: orders
        `,
        at: [4],
      },
      {
        files: `
          apiVersion: v1
          kind: Namespace
          metadata:
            name: orders
            labels:
              pod-security.kubernetes.io/enforce: privileged
        `,
        at: [6],
      },
    ],
    good: [
      `
          apiVersion: v1
          kind: Namespace
          metadata:
            name: orders
            labels:
              pod-security.kubernetes.io/enforce: restricted
        `,
    ],
  },
  check(environment, { report }) {
    for (const namespace of environment.ofKind('Namespace')) {
      const level = namespace.root.get('metadata', 'labels', 'pod-security.kubernetes.io/enforce');
      const args = { name: namespace.name ?? '' };
      if (level === undefined) report('missing', namespace.nameLocation, args);
      else if (level.text() === 'privileged') report('privileged', level, args);
    }
  },
});
