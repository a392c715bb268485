import { literalBase, type PushedImage, readPushes } from '../../../system/pushes.ts';
import { defineRule } from '../../rule.ts';
import { says, withPlace } from './_ports.ts';

const manifests = (image: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        containers:
          - name: orders
            image: ${image}
`;

const workflow = (steps: string): string => `
  on: push
  jobs:
    build:
      runs-on: ubuntu-24.04
      steps:
        ${steps}
`;

const service = {
  'orders/pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi>=0.115,<1"]\n',
  'orders/app/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
};

export const deployedImageIsBuilt = defineRule({
  id: 'system/deployed-image-is-built',
  summary: 'The image that is deployed is one that a pipeline pushes',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A pipeline that pushes to one name while the manifests pull another is green in every stage. The cluster goes on running the last image that anyone pushed to the old name, or finds none at all.',
  source: 'https://kubernetes.io/docs/concepts/containers/images/',
  messages: {
    elsewhere: {
      text: '{image} is deployed, but the pipeline pushes {pushed}',
      remedy: 'Use one name on both sides.',
    },
    tag: {
      text: 'The tag {tag} is deployed, but the pipeline pushes only {pushed}',
      remedy: 'Deploy a tag that the pipeline makes, or let the pipeline set the image.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('registry.example.com/shop/orders:1.4.0'),
          '.github/workflows/ci.yml': workflow('- run: docker push ghcr.io/acme/orders:1.4.0'),
        },
        at: ['k8s/app.yaml:11'],
      },
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('ghcr.io/acme/shop/orders:1.4.0'),
          '.github/workflows/ci.yml': workflow(
            '- uses: docker/build-push-action@v6\n          with: { push: true, tags: "ghcr.io/acme/orders:${{ github.ref_name }}" }',
          ),
        },
        at: ['k8s/app.yaml:11'],
      },
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('ghcr.io/acme/orders:1.4.0'),
          '.github/workflows/ci.yml': workflow(
            '- run: docker buildx build --push -t ghcr.io/acme/orders:latest orders',
          ),
        },
        at: ['k8s/app.yaml:11'],
      },
    ],
    good: [
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('ghcr.io/acme/orders:1.4.0'),
          '.github/workflows/ci.yml': workflow('- run: docker push "ghcr.io/acme/orders:$VERSION"'),
        },
      },
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('registry.example.com/shop/orders:1.4.0'),
          '.github/workflows/ci.yml': workflow('- run: docker push "$IMAGE"'),
        },
        note: 'What is pushed is not known.',
      },
      {
        files: {
          ...service,
          'k8s/app.yaml': manifests('orders:dev'),
          '.github/workflows/ci.yml': workflow(
            '- run: docker push ghcr.io/acme/orders:1.4.0\n        - run: kubectl set image deployment/orders orders=ghcr.io/acme/orders:1.4.0',
          ),
        },
        note: 'The pipeline sets the image when it deploys.',
      },
      {
        files: { ...service, 'k8s/app.yaml': manifests('registry.example.com/shop/orders:1.4.0') },
        note: 'Nothing is pushed from here.',
      },
    ],
  },
  check({ runtimes, repository }, { report }) {
    const { images, complete, rewrites } = readPushes(repository);
    if (images.length === 0 || !complete || rewrites) return;
    const byBase = new Map<string, PushedImage[]>();
    for (const image of images) {
      const base = literalBase(image.name) ?? '';
      byBase.set(base, [...(byBase.get(base) ?? []), image]);
    }
    for (const runtime of runtimes) {
      const node = runtime.kubernetes?.container.root.get('image');
      const text = node?.text();
      const match = /^([^:@\s$]+(?::\d+\/[^:@\s$]+)?)(?::([\w.-]+))?$/.exec(text ?? '');
      const name = match?.[1];
      if (!node || name === undefined || PLACEHOLDER.test(text ?? '')) continue;
      const candidates = byBase.get(literalBase(name) ?? '') ?? [];
      const [first] = candidates;
      if (!first) continue;
      const same = candidates.filter((image) => fits(image.name, name));
      if (same.length === 0) {
        report(
          'elsewhere',
          node,
          { image: name, pushed: withPlace(first.name, first) },
          { related: [says(first, 'This is pushed')] },
        );
        continue;
      }
      const tag = match?.[2] ?? 'latest';
      const pushedTags = same.map((image) => image.tag ?? 'latest');
      if (pushedTags.some((item) => item.includes('*')) || pushedTags.includes(tag)) continue;
      const [image] = same;
      if (image)
        report(
          'tag',
          node,
          { tag, pushed: withPlace([...new Set(pushedTags)].join(', '), image) },
          { related: [says(image, 'This is pushed')] },
        );
    }
  },
});

/** Names that something outside of the manifests replaces. */
const PLACEHOLDER = /IMAGE|TAG|VERSION|REPLACE|PLACEHOLDER|example\/|<|>|\{/;

function fits(pattern: string, name: string): boolean {
  const plain = (text: string): string => text.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '');
  const source = plain(pattern)
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(plain(name));
}
