import { effective } from '../../../artifacts/dockerfile/dockerfile.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const image = (user: string): string => dockerfile.replace('CMD', `${user}\n  CMD`);

const deployment = (context: string): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        securityContext: ${context}
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
`;

export const userAgrees = defineRule({
  id: 'system/user-agrees',
  summary: 'The pod runs as the user that the image was made for',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Files that the image gives to one user cannot be read or written by another. With runAsNonRoot the kubelet even refuses an image whose USER is a name, or root, unless a number is given.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  messages: {
    differs: {
      text: 'The pod runs as user {pod}, but the image is made for user {image}',
      remedy: 'Use one number in both places.',
    },
    root: {
      text: 'runAsNonRoot is demanded, but the image runs as {image} and the pod names no user',
      remedy: 'Give the image a numeric USER, or set runAsUser.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          Dockerfile: image('USER 10001'),
          'k8s/app.yaml': deployment('{ runAsUser: 1000 }'),
        },
        at: ['k8s/app.yaml:9'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image('USER app'),
          'k8s/app.yaml': deployment('{ runAsNonRoot: true }'),
        },
        at: ['k8s/app.yaml:9'],
        note: 'The kubelet cannot tell that a name is not root.',
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: image('USER 10001:10001'),
          'k8s/app.yaml': deployment('{ runAsNonRoot: true, runAsUser: 10001 }'),
        },
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image('ARG UID\n  USER $UID'),
          'k8s/app.yaml': deployment('{ runAsUser: 1000 }'),
        },
        note: 'The user is given when the image is built.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { kubernetes, image } of runtimes) {
      if (!kubernetes || !image?.stage) continue;
      const instruction = effective(image.stage, 'USER');
      const user = instruction ? image.dockerfile.expand(instruction.words[0]?.raw ?? '', instruction) : undefined;
      if (!instruction || user === undefined) continue;
      const name = user.split(':')[0] ?? user;
      const asked = kubernetes.container.security('runAsUser');
      const number = asked?.number();
      if (asked && number !== undefined && /^\d+$/.test(name) && Number(name) !== number) {
        report(
          'differs',
          asked,
          { pod: number, image: withPlace(name, instruction) },
          { related: [says(instruction, `The image is made for user ${name}`)] },
        );
      }
      const nonRoot = kubernetes.container.security('runAsNonRoot');
      if (nonRoot?.boolean() && !asked && (!/^\d+$/.test(name) || Number(name) === 0)) {
        report(
          'root',
          nonRoot,
          { image: withPlace(name, instruction) },
          { related: [says(instruction, `The image runs as ${name}`)] },
        );
      }
    }
  },
});
