import { defineRule } from '../../rule.ts';
import { setPath, yamlString } from '../../yaml-edit.ts';
import { isTemplated, wholeWorkloads } from './_workloads.ts';

export const recommendedLabels = defineRule({
  id: 'kubernetes/recommended-labels',
  summary: 'Workloads and Services carry the common labels',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'Dashboards, cost reports and command lines find all parts of an application by the labels that Kubernetes recommends, whoever wrote the manifests.',
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
  messages: {
    missing: {
      text: '{object} has no label app.kubernetes.io/name',
      remedy: 'Add it, with the name of the application.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: 
            name: orders
            labels:
              app: orders
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [4],
        fixed: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: 
            name: orders
            labels:
              app: orders
              app.kubernetes.io/name: orders
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
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
        `,
        at: [3],
      },
    ],
    good: [
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders, labels: { app.kubernetes.io/name: orders } }
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
    for (const object of [...wholeWorkloads(environment), ...environment.ofKind('Service')]) {
      if (object.labels.has('app.kubernetes.io/name')) continue;
      const labels = object.root.map('metadata', 'labels');
      const app = labels?.string('app');
      const fix =
        labels && app && !isTemplated(app) ? setPath(labels, ['app.kubernetes.io/name'], yamlString(app)) : [];
      report('missing', object.nameLocation, { object: object.title }, { fix });
    }
  },
});
