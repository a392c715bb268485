import { parseImageReference } from '../../../artifacts/image-reference.ts';
import { defineRule } from '../../rule.ts';

export const imageTagged = defineRule({
  id: 'compose/image-tagged',
  summary: 'Images are named with a version',
  severity: 'warning',
  preset: 'recommended',
  peers: ['dclint:service-image-require-explicit-tag'],
  why: 'Without a tag, or with latest, the next pull may bring another major version, a database that no longer reads its files for one, and nothing in the history says so.',
  source: 'https://docs.docker.com/reference/compose-file/services/#image',
  messages: {
    untagged: { text: '{image} has no tag, which means latest', remedy: 'Name a version.' },
    latest: { text: '{image} is a moving target', remedy: 'Name a version.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          db:
            image: postgres
          cache:
            image: redis:latest
      `,
        at: [3, 5],
      },
    ],
    good: [
      {
        files: `
        services:
          db:
            image: postgres:18.1
          app:
            build: .
            image: orders
          other:
            image: example.com/other:\${TAG}
      `,
        note: 'What is built here is not pulled, and a variable may be anything.',
      },
    ],
  },
  check(project, { report }) {
    for (const { root } of project.services.values()) {
      const node = root.get('image');
      const text = root.string('image');
      if (node === undefined || text === undefined || root.get('build') !== undefined) continue;
      const image = parseImageReference(project.interpolate(text) ?? '');
      if (image === undefined || image.digest !== undefined) continue;
      if (image.tag === undefined) report('untagged', node, { image: image.repository });
      else if (image.tag === 'latest') report('latest', node, { image: `${image.repository}:latest` });
    }
  },
});
