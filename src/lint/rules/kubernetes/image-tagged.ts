import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { defineRule } from '../../rule.ts';
import { containersOf, wholeWorkloads } from './_workloads.ts';

export const imageTagged = defineRule({
  id: 'kubernetes/image-tagged',
  summary: 'An image is named with a version',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    'kube-linter:latest-tag',
    'kube-score:container-image-tag',
    'polaris:tagNotSpecified',
    'checkov:CKV_K8S_14',
    'trivy:KSV-0013',
  ],
  why: 'Without a tag, or with latest, what runs depends on the moment at which a node pulls: two replicas may run different code, and a rollback brings nothing back.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  messages: {
    untagged: { text: 'The image {image} has no tag', remedy: 'Name the version, or the digest.' },
    latest: { text: 'The image {image} is tagged latest', remedy: 'Name the version, or the digest.' },
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
                    image: orders
        `,
        at: [9],
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
                    image: registry.example.com:5000/orders:latest
        `,
        at: [9],
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
        `,
      `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: registry.example.com/orders@sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
        `,
      {
        files: {
          'k8s/orders.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                containers:
                  - name: orders
                    image: orders
        `,
          'skaffold.yaml': `
          kind: Config
          build: {}
        `,
        },
        note: 'Skaffold sets the tag of what it builds.',
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
                    image: orders:\${TAG}
        `,
        note: 'The pipeline fills the tag in.',
      },
    ],
  },
  check(environment, { report, repository }) {
    const built = repository.matching(/(?:^|\/)(?:skaffold\.ya?ml|Tiltfile)$/).length > 0;
    for (const container of containersOf(wholeWorkloads(environment))) {
      const node = container.root.get('image');
      const image = parseImageReference(node?.string() ?? '');
      if (node === undefined || image === undefined || image.digest !== undefined) continue;
      const name = image.registry === undefined ? image.repository : `${image.registry}/${image.repository}`;
      if (image.tag === 'latest') report('latest', node, { image: name });
      else if (image.tag === undefined && !built) report('untagged', node, { image: name });
    }
  },
});
