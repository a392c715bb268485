import { defineRule } from '../../rule.ts';

export const workflowNamed = defineRule({
  id: 'pipeline/workflow-named',
  summary: 'A workflow and an action have a name',
  severity: 'info',
  preset: 'all',
  peers: ['zizmor:anonymous-definition'],
  why: 'Without a name GitHub lists a workflow by the path of its file, and an action not at all. Required checks and notifications are then hard to tell apart.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#name',
  messages: { anonymous: { text: 'The {kind} has no name', remedy: 'Add name.' } },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [1],
      },
    ],
    good: [
      `
        name: ci
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' && pipeline.kind !== 'github-action') return;
    if (pipeline.root.get('name')) return;
    const where = pipeline.root.pairs()[0]?.key ?? pipeline.root;
    report('anonymous', where, { kind: pipeline.kind === 'github-action' ? 'action' : 'workflow' });
  },
});
