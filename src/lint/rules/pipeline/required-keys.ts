import { actionShape, workflowShape } from '../../../artifacts/pipeline/github-syntax.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { syntaxProblems } from '../../../artifacts/pipeline/syntax.ts';
import { defineRule } from '../../rule.ts';

export const requiredKeys = defineRule({
  id: 'pipeline/required-keys',
  summary: 'A workflow has the keys that GitHub demands',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:syntax-check'],
  why: 'A job without runs-on, a step of a composite action without shell or a concurrency without group makes GitHub refuse the file when it is to run.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
  messages: { missing: { text: '{owner} has no {key}', remedy: 'Add {key}.' } },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              steps:
                - run: make test
                - name: nothing
        `,
        at: [4, 6],
      },
      {
        files: {
          'action.yml': `
            name: set up
            runs:
              using: composite
              steps:
                - run: make tools
          `,
        },
        at: ['action.yml:5'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
          deploy:
            needs: test
            uses: ./.github/workflows/deploy.yml
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const problem of syntaxProblems(
      pipeline.root,
      pipeline.kind === 'github-action' ? actionShape : workflowShape,
    )) {
      if (problem.kind !== 'missing-key') continue;
      const { map, owner, name } = problem;
      report('missing', map.pairs()[0]?.key ?? map, { owner: capital(owner), key: name });
    }
  },
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
