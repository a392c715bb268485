import { defineRule } from '../../rule.ts';

export const projectName = defineRule({
  id: 'compose/project-name',
  summary: 'A Compose project has a name',
  severity: 'info',
  preset: 'strict',
  peers: ['dclint:require-project-name-field'],
  why: 'Without a name the project is called like its folder. Two checkouts called app share containers and volumes, and renaming the folder loses the data.',
  source: 'https://docs.docker.com/reference/compose-file/version-and-name/#name-top-level-element',
  messages: { missing: { text: 'The project has no name', remedy: 'Add a name at the top.' } },
  examples: {
    bad: [
      {
        files: `
        services:
          web:
            image: nginx:1.29
      `,
        at: [1],
      },
    ],
    good: [
      {
        files: `
        name: shop
        services:
          web:
            image: nginx:1.29
      `,
      },
    ],
  },
  check(project, { report }) {
    if (project.root.get('name') === undefined && project.complete) report('missing', project);
  },
});
