import { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { replaceScalar } from '../../yaml-edit.ts';

export const supportedApiVersion = defineRule({
  id: 'kubernetes/supported-api-version',
  summary: 'An object uses an API version that clusters still serve',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-score:stable-version', 'kube-linter:no-extensions-v1beta'],
  why: 'A cluster refuses an object of a version that it no longer serves. Upgrades of the cluster then break deployments that nobody has touched.',
  source: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  messages: {
    removed: { text: 'Kubernetes {release} no longer serves {kind} in {version}', remedy: 'Use {replacement}.' },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: batch/v1beta1
          kind: CronJob
          metadata: { name: report }
          spec: { schedule: 0 3 * * *, jobTemplate: { spec: { template: { spec: { containers: [{ name: report, image: example.com/report:1.0.0 }] } } } } }
        `,
        at: [1],
        fixed: `
          apiVersion: batch/v1
          kind: CronJob
          metadata: { name: report }
          spec: { schedule: 0 3 * * *, jobTemplate: { spec: { template: { spec: { containers: [{ name: report, image: example.com/report:1.0.0 }] } } } } }
        `,
      },
      {
        files: `
          apiVersion: networking.k8s.io/v1beta1
          kind: Ingress
          metadata: { name: orders }
        `,
        at: [1],
        note: 'Its fields have changed, so it is to be rewritten by hand.',
      },
    ],
    good: [
      `
          apiVersion: batch/v1
          kind: CronJob
          metadata: { name: report }
          spec: { schedule: 0 3 * * *, jobTemplate: { spec: { template: { spec: { containers: [{ name: report, image: example.com/report:1.0.0 }] } } } } }
        `,
      {
        files: `
          apiVersion: policy.example.com/v1beta1
          kind: PodDisruptionBudget
          metadata: { name: orders }
        `,
        note: 'A resource of somebody else.',
      },
    ],
  },
  check(environment, { report }) {
    for (const object of environment.objects) {
      const node = object.root.get('apiVersion');
      const removed = removals.find(
        ({ version, kinds }) => version === object.apiVersion && kinds.includes(object.kind),
      );
      if (!(node instanceof ScalarNode) || removed === undefined) continue;
      const { release, replacement, sameFields } = removed;
      const args = { release, kind: object.kind, version: object.apiVersion, replacement };
      report('removed', node, args, { fix: sameFields ? replaceScalar(node, replacement) : [] });
    }
  },
});

interface Removal {
  readonly version: string;
  readonly kinds: readonly string[];
  /** The first release without it. */
  readonly release: string;
  readonly replacement: string;
  /** Whether the guide says that nothing else has to change. */
  readonly sameFields: boolean;
}

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const webhooks = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const flows = ['FlowSchema', 'PriorityLevelConfiguration'];

function removal(
  release: string,
  version: string,
  kinds: readonly string[],
  replacement: string,
  sameFields = false,
): Removal {
  return { release, version, kinds, replacement, sameFields };
}

/** @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const removals: readonly Removal[] = [
  removal('1.32', 'flowcontrol.apiserver.k8s.io/v1beta3', flows, 'flowcontrol.apiserver.k8s.io/v1'),
  removal('1.29', 'flowcontrol.apiserver.k8s.io/v1beta2', flows, 'flowcontrol.apiserver.k8s.io/v1'),
  removal('1.27', 'storage.k8s.io/v1beta1', ['CSIStorageCapacity'], 'storage.k8s.io/v1', true),
  removal('1.26', 'flowcontrol.apiserver.k8s.io/v1beta1', flows, 'flowcontrol.apiserver.k8s.io/v1'),
  removal('1.26', 'autoscaling/v2beta2', ['HorizontalPodAutoscaler'], 'autoscaling/v2'),
  removal('1.25', 'autoscaling/v2beta1', ['HorizontalPodAutoscaler'], 'autoscaling/v2'),
  removal('1.25', 'batch/v1beta1', ['CronJob'], 'batch/v1', true),
  removal('1.25', 'discovery.k8s.io/v1beta1', ['EndpointSlice'], 'discovery.k8s.io/v1'),
  removal('1.25', 'events.k8s.io/v1beta1', ['Event'], 'events.k8s.io/v1'),
  removal('1.25', 'policy/v1beta1', ['PodDisruptionBudget'], 'policy/v1'),
  removal('1.25', 'policy/v1beta1', ['PodSecurityPolicy'], 'Pod Security Admission'),
  removal('1.25', 'node.k8s.io/v1beta1', ['RuntimeClass'], 'node.k8s.io/v1', true),
  removal('1.22', 'admissionregistration.k8s.io/v1beta1', webhooks, 'admissionregistration.k8s.io/v1'),
  removal('1.22', 'apiextensions.k8s.io/v1beta1', ['CustomResourceDefinition'], 'apiextensions.k8s.io/v1'),
  removal('1.22', 'apiregistration.k8s.io/v1beta1', ['APIService'], 'apiregistration.k8s.io/v1', true),
  removal('1.22', 'certificates.k8s.io/v1beta1', ['CertificateSigningRequest'], 'certificates.k8s.io/v1'),
  removal('1.22', 'coordination.k8s.io/v1beta1', ['Lease'], 'coordination.k8s.io/v1', true),
  removal('1.22', 'extensions/v1beta1', ['Ingress'], 'networking.k8s.io/v1'),
  removal('1.22', 'networking.k8s.io/v1beta1', ['Ingress'], 'networking.k8s.io/v1'),
  removal('1.22', 'networking.k8s.io/v1beta1', ['IngressClass'], 'networking.k8s.io/v1', true),
  removal(
    '1.22',
    'rbac.authorization.k8s.io/v1beta1',
    ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
    'rbac.authorization.k8s.io/v1',
    true,
  ),
  removal('1.22', 'scheduling.k8s.io/v1beta1', ['PriorityClass'], 'scheduling.k8s.io/v1', true),
  removal(
    '1.22',
    'storage.k8s.io/v1beta1',
    ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
    'storage.k8s.io/v1',
    true,
  ),
  removal('1.16', 'extensions/v1beta1', ['NetworkPolicy'], 'networking.k8s.io/v1'),
  removal('1.16', 'extensions/v1beta1', workloads, 'apps/v1'),
  removal('1.16', 'apps/v1beta1', workloads, 'apps/v1'),
  removal('1.16', 'apps/v1beta2', workloads, 'apps/v1'),
];
