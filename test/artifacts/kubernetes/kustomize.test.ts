import { describe, expect, it } from 'vitest';
import { treeSource } from '../../../src/artifacts/file-source.ts';
import { openRepository } from '../../../src/artifacts/repository.ts';
import { plainValue } from '../../../src/artifacts/yaml/node.ts';
import { treeOf } from '../../../src/tree/tree.ts';

async function build(files: Readonly<Record<string, string>>) {
  const { environments, problems } = await openRepository(treeSource(treeOf(files)));
  expect(problems).toEqual([]);
  return environments;
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 1
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: orders:latest
          env:
            - { name: A, value: "1" }
          envFrom:
            - configMapRef: { name: settings }
`;

const base = {
  'k8s/base/deployment.yaml': deployment,
  'k8s/base/kustomization.yaml': 'resources: [deployment.yaml]\n',
};

describe('kustomize', () => {
  it('joins base and overlays into an environment for each overlay', async () => {
    const environments = await build({
      ...base,
      'k8s/overlays/dev/kustomization.yaml': 'resources: [../../base]\nnamespace: dev\n',
      'k8s/overlays/production/kustomization.yaml': `resources: [../../base]
namespace: production
images: [{ name: orders, newName: registry.example/orders, newTag: 1.2.3 }]
replicas: [{ name: orders, count: 3 }]
configMapGenerator:
  - name: settings
    literals: [LOG_LEVEL=info]
patches:
  - path: patch.yaml
  - target: { kind: Deployment }
    patch: |-
      - op: add
        path: /spec/template/metadata/annotations
        value: { a: b }
`,
      'k8s/overlays/production/patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: orders
          env:
            - { name: A, value: "2" }
            - { name: B, value: "3" }
`,
    });
    expect(environments.map(({ name, complete }) => `${name} ${complete}`)).toEqual([
      'k8s/overlays/dev true',
      'k8s/overlays/production true',
    ]);
    const [dev, production] = environments;
    expect(dev?.find('Deployment', 'orders')?.namespace).toBe('dev');
    const object = production?.find('Deployment', 'orders');
    expect(object && plainValue(object.root)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'orders', namespace: 'production' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'orders' } },
        template: {
          metadata: { labels: { app: 'orders' }, annotations: { a: 'b' } },
          spec: {
            containers: [
              {
                name: 'orders',
                image: 'registry.example/orders:1.2.3',
                env: [
                  { name: 'A', value: '2' },
                  { name: 'B', value: '3' },
                ],
                envFrom: [{ configMapRef: { name: 'settings' } }],
              },
            ],
          },
        },
      },
    });
    const env = object?.containers[0]?.root.get('env', 1, 'value');
    expect(env && `${env.file.path}:${env.file.position(env.range.start).line}`).toBe(
      'k8s/overlays/production/patch.yaml:11',
    );
    const annotation = object?.root.get('spec', 'template', 'metadata', 'annotations', 'a');
    expect(annotation?.file.position(annotation?.range.start ?? 0)).toEqual({ line: 14, column: 21 });
    expect(production?.find('ConfigMap', 'settings')?.generated).toBe(true);
    expect(object?.file.path).toBe('k8s/base/deployment.yaml');
  });

  it('renames objects and what refers to them', async () => {
    const [environment] = await build({
      'k8s/deployment.yaml': deployment,
      'k8s/kustomization.yaml':
        'resources: [deployment.yaml]\nnameSuffix: -blue\nconfigMapGenerator: [{ name: settings, literals: [A=1] }]\ncommonLabels: { colour: blue }\n',
    });
    const object = environment?.find('Deployment', 'orders-blue');
    expect(object?.containers[0]?.root.text('envFrom', 0, 'configMapRef', 'name')).toBe('settings-blue');
    expect(object?.root.text('spec', 'selector', 'matchLabels', 'colour')).toBe('blue');
    expect(environment?.find('ConfigMap', 'settings-blue')).toBeDefined();
  });

  it('deletes by a patch', async () => {
    const [environment] = await build({
      ...base,
      'o/kustomization.yaml': `resources: [../k8s/base]
patches:
  - patch: |
      $patch: delete
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: orders }
`,
    });
    expect(environment?.objects).toEqual([]);
  });

  it('is incomplete where a resource is remote or missing', async () => {
    const [environment] = await build({ 'kustomization.yaml': 'resources: [https://example.com/a.yaml]\n' });
    expect(environment?.complete).toBe(false);
  });
});

describe('plain manifests', () => {
  const manifest = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

  it('are one environment', async () => {
    const environments = await build({ 'k8s/a/one.yaml': manifest('one'), 'k8s/b/two.yaml': manifest('two') });
    expect(environments.map(({ name, objects }) => [name, objects.length])).toEqual([['k8s', 2]]);
  });

  it('part where the same object is defined twice', async () => {
    const environments = await build({ 'k8s/dev/one.yaml': manifest('one'), 'k8s/prod/one.yaml': manifest('one') });
    expect(environments.map(({ name }) => name)).toEqual(['k8s/dev', 'k8s/prod']);
  });
});
