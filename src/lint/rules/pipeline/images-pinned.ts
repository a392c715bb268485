import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import type { Pipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { parseUses } from '../../../artifacts/pipeline/uses.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const imagesPinned = defineRule({
  id: 'pipeline/images-pinned',
  summary: 'Images that jobs run in have a version',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:unpinned-images'],
  why: 'Without a tag, or with latest, a job runs in whatever was pushed last. A new major version breaks the pipeline on a day when nobody changed anything, and the job of yesterday cannot be repeated.',
  source: 'https://docs.zizmor.sh/audits/#unpinned-images',
  messages: {
    untagged: { text: 'The image {image} has no version', remedy: 'Name a tag, or pin a digest.' },
    latest: {
      text: 'The image {image} is whatever was pushed last',
      remedy: 'Name a tag with a version, or pin a digest.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              container: python
              services:
                db:
                  image: postgres:latest
              steps:
                - uses: docker://alpine
        `,
        at: [5, 8, 10],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              image: python:latest
            test:
              services: [postgres]
              script: [pytest]
            lint:
              script: [ruff check]
          `,
        },
        at: ['.gitlab-ci.yml:2', '.gitlab-ci.yml:4'],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent { docker { image 'python' } }
              stages { stage('test') { steps { sh 'pytest' } } }
            }
          `,
        },
        at: ['Jenkinsfile:2'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container: \${{ matrix.image }}
            services:
              db:
                image: postgres:18.1-alpine3.22
            steps:
              - uses: docker://alpine:3.22
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            test:
              image: $CI_REGISTRY_IMAGE/test
              script: [pytest]
            lint:
              image: { name: 'python:3.14-slim', entrypoint: [''] }
              script: [ruff check]
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    const seen = new Set<string>();
    for (const { text, where } of images(pipeline)) {
      const image = /[$]/.test(text) ? undefined : parseImageReference(text);
      const place = `${where.file.path}:${where.range.start}`;
      if (image === undefined || image.digest !== undefined || seen.has(place)) continue;
      seen.add(place);
      if (image.tag === undefined) report('untagged', where, { image: text });
      else if (image.tag === 'latest') report('latest', where, { image: text });
    }
  },
});

interface NamedImage {
  readonly text: string;
  readonly where: Location;
}

function* images(pipeline: Pipeline): Generator<NamedImage> {
  if (pipeline.kind === 'jenkins') {
    for (const call of nestedCalls(pipeline.calls)) {
      if (call.name !== 'docker') continue;
      const [image] = call.hasBody ? (call.body.find(({ name }) => name === 'image')?.args ?? []) : call.args;
      if (image?.value !== undefined && image.isString) yield { text: image.value, where: image };
    }
    return;
  }
  const nodes: (YamlNode | undefined)[] = [];
  if (pipeline.kind === 'gitlab') {
    const owners = pipeline.jobs.filter(({ hidden }) => !hidden).map(({ root }) => root);
    for (const root of owners)
      nodes.push(
        root.get('image', 'name') ?? root.get('image'),
        ...root.list('services').map((item) => item.get('name') ?? item),
      );
  } else if (pipeline.kind === 'github-workflow') {
    for (const { root } of pipeline.jobs) {
      nodes.push(root.get('container', 'image') ?? root.get('container'));
      nodes.push(...root.pairs('services').map(({ value }) => value.get('image') ?? value));
    }
  }
  for (const node of nodes) {
    const text = node?.string();
    if (node && text !== undefined && text !== '') yield { text, where: node };
  }
  const runsImage = pipeline.kind === 'github-action' ? pipeline.root.get('runs', 'image') : undefined;
  for (const node of [...githubSteps(pipeline).map(({ step }) => step.uses), runsImage]) {
    const uses = parseUses(node?.string());
    if (node && uses?.kind === 'docker') yield { text: uses.image, where: node };
  }
}
