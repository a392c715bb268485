import type { Environment, KubeObject } from '../../../artifacts/kubernetes/environment.ts';

/** Whatever sets the replicas of a workload in its stead. */
export function autoscalerOf(environment: Environment, workload: KubeObject): KubeObject | undefined {
  return environment
    .ofKind('HorizontalPodAutoscaler', 'ScaledObject')
    .find(
      ({ root, namespace }) =>
        root.text('spec', 'scaleTargetRef', 'name') === workload.name &&
        (root.text('spec', 'scaleTargetRef', 'kind') ?? 'Deployment') === workload.kind &&
        (namespace ?? 'default') === (workload.namespace ?? 'default'),
    );
}

/**
 * The fewest replicas that a workload has in normal operation: its autoscaler's minimum, else its own number.
 *
 * @returns undefined where that is unknown: an autoscaler may stand elsewhere, or the number is filled in later
 */
export function fewestReplicas(environment: Environment, workload: KubeObject): number | undefined {
  const autoscaler = autoscalerOf(environment, workload);
  if (autoscaler?.kind === 'ScaledObject') return autoscaler.root.number('spec', 'minReplicaCount');
  if (autoscaler) return givenOr(autoscaler, 'minReplicas', 1);
  if (!environment.complete && workload.root.get('spec', 'replicas') === undefined) return undefined;
  return givenOr(workload, 'replicas', 1);
}

function givenOr({ root }: KubeObject, field: string, otherwise: number): number | undefined {
  return root.get('spec', field) === undefined ? otherwise : root.number('spec', field);
}

/** Reads `2` or `25%` of a number of pods; undefined for anything else. */
export function podsOf(value: string, total: number, round: (value: number) => number): number | undefined {
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent !== undefined) return round((Number(percent) * total) / 100);
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
