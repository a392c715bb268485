import type { Environment, KubeObject } from '../../../artifacts/kubernetes/environment.ts';
import { selects, templateLabels } from '../../../artifacts/kubernetes/environment.ts';
import { defineRule } from '../../rule.ts';
import { says, withPlace } from './_ports.ts';

const objects = (replicas: string, budget: string, extra = ''): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    ${replicas}
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers: [{ name: orders, image: "orders:1.0" }]
  ---
  apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: { name: orders }
  spec:
    ${budget}
    selector: { matchLabels: { app: orders } }
${extra}`;

export const jointlyDrainable = defineRule({
  id: 'system/jointly-drainable',
  summary: 'Replicas, autoscaler and disruption budget let a node drain',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:pdb-min-available'],
  why: 'A budget that demands as many pods as there are allows no eviction: `kubectl drain`, and with it every node upgrade, hangs until somebody deletes the budget by hand.',
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  messages: {
    blocked: {
      text: 'The budget keeps {minimum} pods available, but {workload} may have only {replicas}',
      remedy: 'Demand fewer pods than there are at least, or use maxUnavailable: 1.',
    },
  },
  examples: {
    bad: [
      { files: { 'k8s/app.yaml': objects('replicas: 2', 'minAvailable: 2') }, at: ['k8s/app.yaml:16'] },
      {
        files: {
          'k8s/app.yaml': objects(
            'replicas: 3',
            'minAvailable: 2',
            '  ---\n  apiVersion: autoscaling/v2\n  kind: HorizontalPodAutoscaler\n  metadata: { name: orders }\n  spec:\n    minReplicas: 2\n    maxReplicas: 5\n    scaleTargetRef: { kind: Deployment, name: orders }\n',
          ),
        },
        at: ['k8s/app.yaml:16'],
        note: 'The autoscaler may go down to two.',
      },
    ],
    good: [
      { files: { 'k8s/app.yaml': objects('replicas: 3', 'minAvailable: 2') } },
      {
        files: {
          'k8s/app.yaml': objects(
            'paused: false',
            'minAvailable: 2',
            '  ---\n  apiVersion: keda.sh/v1alpha1\n  kind: ScaledObject\n  metadata: { name: orders }\n  spec: { scaleTargetRef: { name: orders } }\n',
          ),
        },
        note: 'How many pods there are is decided by something that is not read.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const environment of repository.environments) {
      for (const budget of environment.ofKind('PodDisruptionBudget')) {
        const selector = budget.root.map('spec', 'selector');
        const node = budget.root.get('spec', 'minAvailable');
        const text = budget.root.text('spec', 'minAvailable');
        if (!selector || !node || text === undefined) continue;
        const workloads = environment
          .ofKind('Deployment', 'StatefulSet')
          .filter(
            (object) =>
              (object.namespace ?? '') === (budget.namespace ?? '') && selects(selector, templateLabels(object)),
          );
        const [workload] = workloads;
        if (workloads.length !== 1 || !workload) continue;
        const replicas = leastReplicas(environment, workload);
        if (!replicas) continue;
        const minimum = text.endsWith('%') ? Math.ceil((replicas.value * Number.parseFloat(text)) / 100) : Number(text);
        if (!Number.isFinite(minimum) || minimum < replicas.value || minimum === 0) continue;
        report(
          'blocked',
          node,
          { minimum: text, workload: workload.title, replicas: withPlace(replicas.value, replicas.place) },
          { related: [says(replicas.place, `At least ${replicas.value} replicas`)] },
        );
      }
    }
  },
});

/** The fewest pods that a workload may have, and who says so; undefined when it is scaled by something else. */
function leastReplicas(environment: Environment, workload: KubeObject) {
  const autoscaler = environment
    .ofKind('HorizontalPodAutoscaler')
    .find((object) => object.root.text('spec', 'scaleTargetRef', 'name') === workload.name);
  if (autoscaler) {
    const value = autoscaler.root.number('spec', 'minReplicas') ?? 1;
    return { value, place: autoscaler.root.get('spec', 'minReplicas') ?? autoscaler };
  }
  const value = workload.root.number('spec', 'replicas');
  const place = workload.root.get('spec', 'replicas');
  if (
    value === undefined ||
    !place ||
    environment
      .ofKind('ScaledObject', 'VerticalPodAutoscaler')
      .some((object) => object.root.text('spec', 'scaleTargetRef', 'name') === workload.name)
  )
    return undefined;
  return { value, place };
}
