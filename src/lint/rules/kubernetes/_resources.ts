import type { Container, Environment } from '../../../artifacts/kubernetes/environment.ts';
import { containersOf, wholeWorkloads } from './_workloads.ts';

/**
 * The containers without a request or limit.
 *
 * A limit stands for a missing request, the pod's own resources for those of its containers. With a LimitRange, or with
 * a vertical autoscaler for requests, the cluster fills them in.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export function containersWithout(
  environment: Environment,
  field: 'requests' | 'limits',
  resource: 'cpu' | 'memory',
): readonly Container[] {
  if (environment.ofKind('LimitRange').length > 0) return [];
  const scaled = new Set(
    environment.ofKind('VerticalPodAutoscaler').map(({ root }) => root.text('spec', 'targetRef', 'name')),
  );
  const workloads = wholeWorkloads(environment).filter((workload) => field === 'limits' || !scaled.has(workload.name));
  return containersOf(workloads).filter(({ role, root, object }) => {
    if (role === 'init') return false;
    const has = (name: string) => [root, object.podSpec].some((owner) => owner?.get('resources', name, resource));
    return !has(field) && !(field === 'requests' && has('limits'));
  });
}
