import { ListNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { removeItem } from '../../yaml-edit.ts';

export const envUnique = defineRule({
  id: 'kubernetes/env-unique',
  summary: 'An environment variable is set once',
  severity: 'warning',
  preset: 'recommended',
  peers: ['kube-linter:duplicate-env-var', 'kube-score:environment-variable-key-duplication'],
  why: 'The last one wins without a word, and some ways of applying refuse or drop one of the two: what the service gets depends on how it was deployed.',
  source: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
  messages: {
    twice: { text: '{name} is set again below, so this value has no effect', remedy: 'Keep one of them.' },
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
                    env:
                      - name: LOG_LEVEL
                        value: INFO
                      - name: LOG_LEVEL
                        value: DEBUG
        `,
        at: [11],
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
                    env:
                      - name: LOG_LEVEL
                        value: DEBUG
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
                containers:
                  - name: orders
                    image: orders:1.0
                    env:
                      - name: LOG_LEVEL
                        value: INFO
                      - name: PORT
                        value: "8000"
        `,
    ],
  },
  check(environment, { report }) {
    for (const { root } of environment.workloads.flatMap((workload) => workload.containers)) {
      const list = root.get('env');
      if (!(list instanceof ListNode)) continue;
      const last = new Map(list.items.map((item, index) => [item.string('name'), index]));
      for (const [index, item] of list.items.entries()) {
        const name = item.string('name');
        const final = last.get(name);
        if (name === undefined || final === undefined || final === index) continue;
        const between = list.items.slice(index, final + 1);
        const isUsed = between.some((other) => other.text('value')?.includes(`$(${name})`));
        const again = list.items[final];
        const related = again ? [{ file: again.file, range: again.range, message: 'It is set again here' }] : [];
        report('twice', item.get('name') ?? item, { name }, { related, fix: isUsed ? [] : removeItem(list, item) });
      }
    }
  },
});
