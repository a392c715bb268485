import { looksLikeKubernetes } from '../../../artifacts/classify.ts';
import { folderOf, joinPath } from '../../../artifacts/paths.ts';
import type { Repository } from '../../../artifacts/repository.ts';
import { descendants, type MapNode } from '../../../artifacts/yaml/node.ts';
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
    if (environment.kustomizations.length === 0) return;
    const { named, manifests } = indexOf(repository);
    for (const kustomization of environment.kustomizations) {
      const { directory, root } = kustomization;
      for (const path of manifests.get(directory) ?? [])
        if (!named.has(path)) report('unlisted', root.entry('resources')?.key ?? kustomization, { file: path });
    }
  },
});

interface Index {
  /** What any kustomization names. */
  readonly named: ReadonlySet<string>;
  /** The manifests of each folder. */
  readonly manifests: ReadonlyMap<string, readonly string[]>;
}

const indices = new WeakMap<Repository, Index>();

/** Built once: a repository may have hundreds of overlays. */
function indexOf(repository: Repository): Index {
  const known = indices.get(repository);
  if (known) return known;
  const named = new Set<string>();
  const read = new Set<MapNode>();
  for (const { root, directory } of repository.environments.flatMap((environment) => environment.kustomizations)) {
    if (read.has(root)) continue;
    read.add(root);
    for (const node of descendants(root)) {
      const text = node.string()?.replace(/^[^=]*=/, '');
      const path = text === undefined || text.includes('\n') ? undefined : joinPath(directory, text);
      if (path) named.add(path);
    }
  }
  const manifests = new Map<string, string[]>();
  for (const path of repository.paths) {
    if (!/\.ya?ml$/.test(path) || !isManifest(path, repository)) continue;
    const folder = folderOf(path);
    const files = manifests.get(folder);
    if (files) files.push(path);
    else manifests.set(folder, [path]);
  }
  const index = { named, manifests };
  indices.set(repository, index);
  return index;
}

function isManifest(path: string, repository: Repository): boolean {
  const text = repository.sources.get(path)?.text;
  if (text === undefined || /(?:^|\/)kustomization\.ya?ml$/.test(path) || !looksLikeKubernetes(text)) return false;
  // What tells a tool about this folder is not a part of it.
  return !/^kind:\s*["']?(?:Application(?:Set)?|Kustomization|Component|HelmRelease|Config|Cluster)\b/m.test(text);
}
