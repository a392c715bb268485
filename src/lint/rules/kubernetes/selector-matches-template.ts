import { selects, templateLabels } from '../../../artifacts/kubernetes/environment.ts';
import { defineRule } from '../../rule.ts';
import { wholeWorkloads } from './_workloads.ts';

export const selectorMatchesTemplate = defineRule({
  id: 'kubernetes/selector-matches-template',
  summary: 'The selector of a workload matches its pods',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:mismatching-selector'],
  why: 'The API refuses a workload whose selector does not match the labels of its own template.',
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
  messages: {
    mismatch: {
      text: 'The selector of {workload} does not match the labels of its pods',
      remedy: 'Use the same labels in spec.selector and spec.template.metadata.labels.',
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
            selector: { matchLabels: { app: order } }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [5],
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            selector: { matchLabels: { app: orders } }
            template:
              metadata: { labels: { app: orders } }
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
    ],
  },
  check(environment, { report }) {
    for (const workload of wholeWorkloads(environment)) {
      const selector = workload.root.map('spec', 'selector');
      if (selector === undefined || !controllers.has(workload.kind)) continue;
      if (!selects(selector, templateLabels(workload))) report('mismatch', selector, { workload: workload.title });
    }
  },
});

const controllers: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout']);
