import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { defineRule } from '../../rule.ts';
import { containersOf, wholeWorkloads } from './_workloads.ts';

export const imagePullPolicy = defineRule({
  id: 'kubernetes/image-pull-policy',
  summary: 'An image that is named by tag is pulled always',
  severity: 'info',
  preset: 'all',
  peers: ['kube-score:container-image-pull-policy', 'polaris:pullPolicyNotAlways', 'checkov:CKV_K8S_15'],
  why: 'A tag can be pushed again. With any policy but Always a node keeps what it once pulled, and a pod gets an image from the node although its own pull secret would not allow it.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy',
  messages: {
    kept: {
      text: 'A node keeps its copy of {image}: the pull policy is {policy}',
      remedy: 'Set imagePullPolicy to Always, or name the digest.',
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
                    imagePullPolicy: IfNotPresent
        `,
        at: [10],
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
        at: [9],
        note: 'IfNotPresent is the default for a tag that is not latest.',
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
                    imagePullPolicy: Always
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
                    image: orders:latest
        `,
        note: 'Always is the default here.',
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
                    image: orders@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
        `,
        note: 'What a digest names never changes.',
      },
    ],
  },
  check(environment, { report }) {
    for (const container of containersOf(wholeWorkloads(environment))) {
      const node = container.root.get('image');
      const image = parseImageReference(node?.string() ?? '');
      if (node === undefined || image === undefined || image.digest !== undefined) continue;
      const policy = container.root.get('imagePullPolicy');
      const byDefault = image.tag === undefined || image.tag === 'latest' ? 'Always' : 'IfNotPresent';
      const effective = policy === undefined ? byDefault : policy.string();
      if (effective === 'IfNotPresent' || effective === 'Never')
        report('kept', policy ?? node, { image: image.repository, policy: effective });
    }
  },
});
