import { joinPath } from '../../../artifacts/paths.ts';
import { defineRule } from '../../rule.ts';

export const kustomizationResourcesExist = defineRule({
  id: 'kubernetes/kustomization-resources-exist',
  summary: 'The files that a kustomization names exist',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'kustomize build stops at the first file that it does not find, and with it the deployment.',
  source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/',
  messages: {
    missing: { text: '{path} does not exist', remedy: 'Name a file or folder that exists.' },
  },
  examples: {
    bad: [
      {
        files: {
          'k8s/kustomization.yaml': `
          resources:
            - app.yaml
            - service.yaml
          patches:
            - path: patch.yaml
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
        },
        at: ['k8s/kustomization.yaml:3', 'k8s/kustomization.yaml:5'],
      },
    ],
    good: [
      {
        files: {
          'k8s/kustomization.yaml': `
          resources:
            - app.yaml
            - github.com/example/platform//base?ref=v1
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
        },
      },
      {
        files: {
          'k8s/kustomization.yaml': `
          secretGenerator:
            - name: orders
              envs: [.env.secret]
        `,
        },
        note: 'Files with secrets are kept out of the repository.',
      },
    ],
  },
  check(environment, { report, repository }) {
    for (const { root, directory } of environment.kustomizations) {
      const named = [
        ...['resources', 'bases', 'components', 'crds', 'configurations'].flatMap((field) => root.list(field)),
        ...root.list('patchesStrategicMerge'),
        ...['patches', 'patchesJson6902', 'replacements'].flatMap((field) =>
          root.list(field).map((item) => item.get('path')),
        ),
      ];
      for (const node of named) {
        const text = node?.string();
        if (node === undefined || text === undefined || isRemote(text) || /[\n{]/.test(text)) continue;
        const path = joinPath(directory, text);
        if (path !== undefined && !repository.exists(path)) report('missing', node, { path: text });
      }
    }
  },
});

/** Whether kustomize would fetch it: a URL, or a host and a path. */
function isRemote(text: string): boolean {
  return /:|\?|\/\//.test(text) || /^[\w-]+(?:\.[\w-]+)+\//.test(text);
}
