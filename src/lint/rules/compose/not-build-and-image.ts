import { defineRule } from '../../rule.ts';

export const notBuildAndImage = defineRule({
  id: 'compose/not-build-and-image',
  summary: 'A service that is built says whether its image is also pulled',
  severity: 'info',
  preset: 'all',
  peers: ['dclint:no-build-and-image'],
  why: 'With build and image, Compose pulls the image if it can and builds it if it cannot, so one never knows which of the two runs. pull_policy says which is meant.',
  source: 'https://docs.docker.com/reference/compose-file/build/#using-build-and-image',
  messages: {
    both: {
      text: '{service} has build and image, and nothing says which one wins',
      remedy: 'Add pull_policy: build, or remove one.',
    },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            build: .
            image: example.com/orders:1
      `,
        at: [4],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            build: .
            image: example.com/orders:1
            pull_policy: build
          db:
            image: postgres:18.1
      `,
      },
    ],
  },
  check(project, { report }) {
    for (const { root, name } of project.services.values()) {
      const entry = root.entry('image');
      if (entry === undefined || root.get('build') === undefined || root.get('pull_policy') !== undefined) continue;
      report('both', entry.key, { service: name });
    }
  },
});
