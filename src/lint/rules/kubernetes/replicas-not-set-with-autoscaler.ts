import { defineRule } from '../../rule.ts';
import { removeKey } from '../../yaml-edit.ts';
import { autoscalerOf } from './_replicas.ts';
import { scalable } from './_workloads.ts';

export const replicasNotSetWithAutoscaler = defineRule({
  id: 'kubernetes/replicas-not-set-with-autoscaler',
  summary: 'A workload with an autoscaler does not set its replicas',
  severity: 'warning',
  preset: 'recommended',
  peers: ['kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured'],
  why: 'Every apply sets the number back to what the manifest says, and the autoscaler starts again from there, often in the middle of the load that it had scaled for.',
  source:
    'https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  messages: {
    both: { text: '{autoscaler} scales {workload}, whose manifest sets replicas', remedy: 'Remove replicas.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: orders }
          spec:
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
            minReplicas: 2
            maxReplicas: 6
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            replicas: 3
            revisionHistoryLimit: 5
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [13],
        fixed: `
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: orders }
          spec:
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
            minReplicas: 2
            maxReplicas: 6
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            revisionHistoryLimit: 5
            template:
              spec:
                containers:
                  - name: orders
                    image: orders:1.0
        `,
      },
    ],
    good: [
      `
          apiVersion: autoscaling/v2
          kind: HorizontalPodAutoscaler
          metadata: { name: orders }
          spec:
            scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: orders }
            minReplicas: 2
            maxReplicas: 6
          ---
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
    ],
  },
  check(environment, { report }) {
    for (const workload of scalable(environment)) {
      const entry = workload.root.entry('spec', 'replicas');
      const autoscaler = autoscalerOf(environment, workload);
      const spec = workload.root.map('spec');
      if (entry === undefined || autoscaler === undefined || spec === undefined || entry.value.text() === '0') continue;
      const { file, range } = autoscaler.nameLocation;
      const related = [{ file, range, message: autoscaler.title }];
      const args = { autoscaler: autoscaler.title, workload: workload.title };
      report('both', entry.key, args, { related, fix: removeKey(spec, 'replicas') });
    }
  },
});
