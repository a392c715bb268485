import { defineRule } from '../../rule.ts';

export const interruptible = defineRule({
  id: 'pipeline/interruptible',
  summary: 'A newer push cancels the checks of an older one',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'GitLab stops a redundant pipeline only as far as its jobs say `interruptible: true`, and the default is false. Without it every push to a merge request runs all checks to their end, and the runners are busy with commits that nobody looks at any more.',
  source: 'https://docs.gitlab.com/ci/yaml/#interruptible',
  messages: {
    never: {
      text: 'No job is interruptible, so outdated pipelines run to their end',
      remedy: 'Set interruptible: true in default, and false for jobs that deploy.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [test]
            unit:
              stage: test
              script: make test
          `,
        },
        at: ['.gitlab-ci.yml:2'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            default:
              interruptible: true
            unit:
              script: make test
            deploy:
              interruptible: false
              script: make deploy
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            workflow:
              rules:
                - if: $CI_PIPELINE_SOURCE == "schedule"
                - if: $CI_COMMIT_TAG
            nightly:
              script: make test
          `,
        },
        note: 'No pipeline is made redundant by a push.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab' || !pipeline.complete) return;
    const jobs = pipeline.jobs.filter((job) => !job.hidden && job.root.get('script') !== undefined);
    const [first] = jobs;
    if (first === undefined || jobs.some((job) => job.root.get('interruptible') !== undefined)) return;
    const conditions = pipeline.root.list('workflow', 'rules').map((rule) => rule.string('if') ?? '');
    const onPush = /merge_request|CI_COMMIT_BRANCH|CI_OPEN_MERGE|"push"|'push'/;
    if (conditions.length > 0 && !conditions.some((condition) => condition === '' || onPush.test(condition))) return;
    report('never', first);
  },
});
