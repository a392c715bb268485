import { defineRule } from '../../rule.ts';

export const stagesDeclared = defineRule({
  id: 'pipeline/stages-declared',
  summary: 'The stage of a job is declared',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'GitLab refuses the whole pipeline when a job names a stage that `stages` does not list: nothing runs, and the merge request shows no job that failed.',
  source: 'https://docs.gitlab.com/ci/yaml/#stages',
  messages: {
    undeclared: {
      text: 'The stage {stage} is not among the stages {stages}',
      remedy: 'Add it to stages, or name one that is there.',
    },
    absent: {
      text: 'The job names no stage, so it is in the stage test, which is not among the stages {stages}',
      remedy: 'Name the stage of the job.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [build, test]
            release:
              stage: deploy
              script: make release
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [build, deploy]
            unit:
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
            stages: [build, deploy]
            lint:
              stage: .pre
              script: make lint
            release:
              stage: deploy
              script: make release
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            include:
              - project: platform/pipelines
                ref: v3
                file: stages.yml
            release:
              stage: release
              script: make release
          `,
        },
        note: 'The stages may be in the file that is included.',
      },
      {
        files: {
          '.gitlab-ci.yml': `
            .base:
              stage: nowhere
            unit:
              extends: .base
              stage: test
              script: make test
          `,
        },
        note: 'A template does not run, and the built-in stages need no declaration.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab' || !pipeline.complete) return;
    const stages = pipeline.stages.join(', ');
    const seen = new Set<unknown>();
    for (const job of pipeline.jobs) {
      if (job.hidden || pipeline.stages.includes(job.stage) || job.stage.includes('$')) continue;
      const stage = job.root.get('stage');
      if (stage !== undefined && seen.has(stage)) continue;
      seen.add(stage);
      if (stage) report('undeclared', stage, { stage: job.stage, stages });
      else report('absent', job, { stages });
    }
  },
});
