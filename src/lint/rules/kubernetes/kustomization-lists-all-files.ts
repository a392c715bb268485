import { looksLikeKubernetes } from '../../../artifacts/classify.ts';
import { folderOf, joinPath } from '../../../artifacts/paths.ts';
import { descendants } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const kustomizationListsAllFiles = defineRule({
  id: 'kubernetes/kustomization-lists-all-files',
  summary: 'A kustomization lists the manifests of its folder',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'A manifest that stands beside the others but is not listed is never applied. Whoever adds one notices only when it is missing.',
  source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/',
  messages: {
    unlisted: { text: '{file} is not listed', remedy: 'Add it to the resources, or move it out of the folder.' },
  },
  examples: {
    bad: [
      {
        files: {
          'k8s/kustomization.yaml': `
          resources:
            - app.yaml
        `,
          'k8s/app.yaml': `
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
          'k8s/service.yaml': `
          apiVersion: v1
          kind: Service
          metadata: { name: orders }
          spec:
            selector: { app: orders }
            ports:
              - { port: 80, targetPort: 8000 }
        `,
        },
        at: ['k8s/kustomization.yaml:1'],
      },
    ],
    good: [
      {
        files: {
          'k8s/kustomization.yaml': `
          resources:
            - app.yaml
          patches:
            - path: more.yaml
        `,
          'k8s/app.yaml': `
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
          'k8s/more.yaml': `
          apiVersion: apps/v1
          kind: Deployment
          metadata: { name: orders }
          spec:
            template:
              spec:
                terminationGracePeriodSeconds: 60
        `,
        },
      },
      {
        files: {
          'k8s/kustomization.yaml': `
          resources:
            - app.yaml
        `,
          'k8s/app.yaml': `
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
          'k8s/argo.yaml': `
          apiVersion: argoproj.io/v1alpha1
          kind: Application
          metadata: { name: orders }
          spec: { source: { path: k8s } }
        `,
        },
        note: 'It is applied by hand and tells Argo CD about the folder.',
      },
    ],
  },
  check(environment, { report, repository }) {
    const named = new Set<string>();
    const all = [...environment.kustomizations, ...repository.environments.flatMap((other) => other.kustomizations)];
    for (const { root, directory } of all) {
      for (const node of descendants(root)) {
        const text = node.string()?.replace(/^[^=]*=/, '');
        const path = text === undefined || text.includes('\n') ? undefined : joinPath(directory, text);
        if (path) named.add(path);
      }
    }
    for (const kustomization of environment.kustomizations) {
      const { directory, root } = kustomization;
      for (const path of repository.below(directory)) {
        if (folderOf(path) !== directory || !/\.ya?ml$/.test(path) || named.has(path)) continue;
        const text = repository.sources.get(path)?.text;
        if (text === undefined || /(?:^|\/)kustomization\.ya?ml$/.test(path) || !looksLikeKubernetes(text)) continue;
        // What tells a tool about this folder is not a part of it.
        if (/^kind:\s*["']?(?:Application(?:Set)?|Kustomization|Component|HelmRelease|Config|Cluster)\b/m.test(text))
          continue;
        report('unlisted', root.entry('resources')?.key ?? kustomization, { file: path });
      }
    }
  },
});
