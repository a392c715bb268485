import { defineRule } from '../../rule.ts';

export const noDockerSocket = defineRule({
  id: 'kubernetes/no-docker-socket',
  summary: 'The socket of the container runtime is not mounted',
  severity: 'error',
  preset: 'recommended',
  peers: ['kube-linter:docker-sock', 'checkov:CKV_K8S_27', 'trivy:KSV-0006'],
  why: 'The socket answers to anybody who can open it, with no further question: one request starts a privileged container on the node.',
  source: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
  messages: {
    mounted: {
      text: 'The socket {path} of the container runtime is mounted',
      remedy: 'Build images with a tool that needs no runtime, such as BuildKit in rootless mode.',
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
                    hostPath: { path: /var/run/docker.sock }
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
                    hostPath: { path: /var/run/orders.sock }
        `,
        note: "Another program's socket.",
      },
    ],
  },
  check(environment, { report }) {
    for (const volume of environment.workloads.flatMap((workload) => workload.podSpec?.list('volumes') ?? [])) {
      const node = volume.get('hostPath', 'path');
      const path = node?.string();
      if (node !== undefined && path !== undefined && /\/(?:docker|containerd|crio|podman)\.sock$/.test(path))
        report('mounted', node, { path });
    }
  },
});
