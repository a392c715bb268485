import { defineRule } from '../../rule.ts';
import { setPath } from '../../yaml-edit.ts';
import { containersOf, isPrivileged, runsOnLinux, wholeWorkloads } from './_workloads.ts';

export const seccompProfile = defineRule({
  id: 'kubernetes/seccomp-profile',
  summary: 'Containers run under a seccomp profile',
  severity: 'warning',
  preset: 'strict',
  peers: ['checkov:CKV_K8S_31', 'kube-score:container-seccomp-profile', 'polaris:linuxHardening', 'trivy:KSV-0030'],
  why: 'The default profile of the container runtime blocks system calls that services do not use and that breakouts do. Kubernetes applies none unless it is told to.',
  source: 'https://kubernetes.io/docs/tutorials/security/seccomp/',
  messages: {
    unset: {
      text: 'The pods of {workload} have no seccomp profile',
      remedy: 'Set securityContext.seccompProfile.type of the pod to RuntimeDefault.',
    },
    unconfined: { text: '{workload} runs without a seccomp profile', remedy: 'Use RuntimeDefault.' },
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
        `,
        at: [3],
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
                securityContext:
                  seccompProfile:
                    type: RuntimeDefault
        `,
      },
      {
        files: `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                securityContext: { seccompProfile: { type: Unconfined } }
                containers:
                  - name: orders
                    image: orders:1.0
        `,
        at: [7],
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
                securityContext: { seccompProfile: { type: RuntimeDefault } }
                containers:
                  - name: orders
                    image: orders:1.0
        `,
    ],
  },
  check(environment, { report }) {
    for (const workload of wholeWorkloads(environment).filter(runsOnLinux)) {
      const { podSpec, podTemplate } = workload;
      const annotations = podTemplate?.pairs('metadata', 'annotations') ?? [];
      if (podSpec === undefined || annotations.some(({ name }) => name.includes('seccomp.security'))) continue;
      const profiles = containersOf([workload])
        .filter((container) => !isPrivileged(container))
        .map((container) => container.security('seccompProfile'));
      for (const type of new Set(profiles.map((profile) => profile?.get('type'))))
        if (type?.string() === 'Unconfined') report('unconfined', type, { workload: workload.title });
      if (!profiles.includes(undefined)) continue;
      const fix = setPath(podSpec, ['securityContext', 'seccompProfile', 'type'], 'RuntimeDefault');
      report('unset', workload.nameLocation, { workload: workload.title }, { fix });
    }
  },
});
