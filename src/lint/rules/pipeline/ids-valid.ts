import type { GithubStep } from '../../../artifacts/pipeline/pipeline.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { defineRule } from '../../rule.ts';

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_id */
const form = /^[A-Za-z_][\w-]*$/;

export const idsValid = defineRule({
  id: 'pipeline/ids-valid',
  summary: 'Ids of jobs and steps are well-formed, and each is given once',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:id'],
  why: 'GitHub refuses a workflow with an id that has a dot or a blank in it, and one in which two steps of a job have the same id. Upper and lower case are the same.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_id',
  messages: {
    form: { text: '{id} is no valid id', remedy: 'Begin with a letter or _, and use letters, digits, - and _.' },
    twice: { text: 'The id {id} is given twice', remedy: 'Rename one of the two.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            build-v1.2:
              runs-on: ubuntu-24.04
              steps:
                - id: build
                  run: make
                - id: Build
                  run: make
                - id: my step
                  run: make
        `,
        at: [3, 8, 10],
      },
    ],
    good: [
      `
        on: push
        jobs:
          build:
            runs-on: ubuntu-24.04
            steps:
              - id: build
                run: make
          _test-2:
            runs-on: ubuntu-24.04
            steps:
              - id: build
                run: make
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    const jobs = pipeline.kind === 'github-workflow' ? pipeline.jobs : [];
    const groups: (readonly { readonly id: string; readonly where: Location }[])[] = [
      jobs.map((job) => ({ id: job.id, where: job })),
      ...jobs.map((job) => stepIds(job.steps)),
      pipeline.kind === 'github-action' ? stepIds(pipeline.steps) : [],
    ];
    for (const group of groups) {
      const seen = new Set<string>();
      for (const { id, where } of group) {
        if (!form.test(id) && !id.includes('${{')) report('form', where, { id });
        else if (seen.has(id.toLowerCase())) report('twice', where, { id });
        seen.add(id.toLowerCase());
      }
    }
  },
});

function stepIds(steps: readonly GithubStep[]) {
  return steps.flatMap(({ root }) => {
    const where = root.get('id');
    const id = where?.text();
    return where && id !== undefined ? [{ id, where }] : [];
  });
}
