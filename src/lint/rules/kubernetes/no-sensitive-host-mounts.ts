import { defineRule } from '../../rule.ts';

export const noSensitiveHostMounts = defineRule({
  id: 'kubernetes/no-sensitive-host-mounts',
  summary: 'System folders of the node are not mounted',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:sensitive-host-mounts', 'polaris:hostPathSet', 'trivy:KSV-0023'],
  why: 'Whoever can write to these folders of a node controls it, and who can read them finds the keys of the node and of other pods.',
  source: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
  messages: {
    mounted: {
      text: 'The system folder {path} of the node is mounted',
      remedy: 'Mount a narrower folder, or a volume of another kind.',
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
                volumes:
                  - name: node
                    hostPath: { path: /etc }
        `,
        at: [12],
      },
    ],
    good: [
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
                volumes:
                  - name: node
                    hostPath: { path: /var/log/orders }
        `,
        note: 'A folder of its own.',
      },
    ],
  },
  check(environment, { report }) {
    for (const volume of environment.workloads.flatMap((workload) => workload.podSpec?.list('volumes') ?? [])) {
      const node = volume.get('hostPath', 'path');
      const path = node?.string();
      if (
        node !== undefined &&
        path !== undefined &&
        /^(?:\/|\/(?:boot|dev|etc|lib|proc|root|run|sys|usr|var|var\/run|var\/lib\/kubelet))$/.test(
          path.replace(/(?<=.)\/+$/, ''),
        )
      )
        report('mounted', node, { path });
    }
  },
});
