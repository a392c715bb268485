import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { type JobGraph, jobGraph, type PipelineJob } from '../../../artifacts/pipeline/jobs.ts';
import type { GithubWorkflow, GitlabPipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';
import { calls, inputs } from './_jenkins.ts';

export const productionIsGated = defineRule({
  id: 'pipeline/production-is-gated',
  summary: 'Production is deployed when somebody said so',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A push that goes to production by itself takes every mistake there that the tests do not know. A gate (an environment with reviewers, a manual job, a question, a release tag) leaves a moment to look, and a record of who looked.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments',
  messages: {
    environment: {
      text: 'The job deploys to production outside an environment, so no reviewer can be asked',
      remedy: 'Give it environment: production, and require reviewers there.',
    },
    automatic: {
      text: 'The job deploys to production without anybody saying so',
      remedy: 'Add when: manual. If settings protect the environment, name it in the option protected.',
    },
    stage: {
      text: 'The stage deploys to production without anybody saying so',
      remedy: 'Ask with input, or deploy tags.',
    },
  },
  options: {
    protected: {
      type: 'strings',
      default: [],
      description: 'Environments of GitLab whose deployments need an approval by its settings',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            staging:
              runs-on: ubuntu-24.04
              environment: staging
              steps:
                - run: pytest
                - run: kubectl apply -k k8s/overlays/staging
            production:
              needs: staging
              runs-on: ubuntu-24.04
              steps:
                - run: kubectl apply -k k8s/overlays/production
        `,
        at: [10],
      },
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
                - run: kubectl apply -k k8s/overlays/production
        `,
        at: [4],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
          `,
        },
        at: ['.gitlab-ci.yml:1'],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') {
                  when { branch 'main' }
                  steps { sh 'kubectl apply -k k8s/overlays/production' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:4'],
      },
    ],
    good: [
      `
        on:
          push: { branches: [main] }
        jobs:
          deploy:
            runs-on: ubuntu-24.04
            environment: production
            steps:
              - run: pytest
              - run: kubectl apply -k k8s/overlays/production
      `,
      {
        files: `
          on:
            release: { types: [published] }
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              steps:
                - run: kubectl apply -k k8s/overlays/production
        `,
        note: 'Somebody publishes the release.',
      },
      {
        files: {
          '.gitlab-ci.yml': `
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
                  when: manual
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
          `,
        },
        options: { protected: ['production'] },
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Approve') {
                  when { branch 'main' }
                  input { message 'Deploy?' }
                  steps { echo 'yes' }
                }
                stage('Deploy') {
                  agent any
                  steps { sh 'kubectl apply -k k8s/overlays/production' }
                }
              }
            }
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') { steps { sh 'kubectl apply -k k8s/overlays/production' } }
              }
            }
          `,
        },
        note: 'Whether this job is started by hand is not known.',
      },
    ],
  },
  check(pipeline, { report, options }) {
    const graph = jobGraph(pipeline);
    for (const job of graph.jobs) {
      const deployment = deploymentOf(job);
      if (!deployment || deploymentTarget(job, deployment) !== 'production') continue;
      if (pipeline.kind === 'github-workflow') {
        if (
          job.environment === undefined &&
          job.github?.root.get('environment') === undefined &&
          startsItself(pipeline) &&
          !asks(graph, job)
        )
          report('environment', job);
      } else if (pipeline.kind === 'gitlab') {
        const gated = [job, ...graph.before(job)].some((earlier) => isManual(earlier));
        if (!gated && runsOnBranches(pipeline, job) && !options.protected.includes(job.environment ?? ''))
          report('automatic', job);
      } else if (pipeline.kind === 'jenkins') {
        const asked = inputs(pipeline).some(({ call }) => call.range.start < deployment.range.start);
        const started = calls(pipeline, 'branch', 'changeRequest', 'pollSCM', 'githubPush', 'gitlab', 'cron');
        const chosen = calls(pipeline, 'parameters', 'tag', 'buildingTag', 'expression', 'triggeredBy', 'environment');
        if (!asked && started && !chosen) report('stage', job);
      }
    }
  },
});

/** Whether a push to a branch, a timer or another workflow starts it; a release, a tag and a form are somebody's decision. */
function startsItself({ triggers }: GithubWorkflow): boolean {
  const push = triggers.get('push');
  const tagsOnly = push?.get('tags') !== undefined && push.get('branches') === undefined;
  return (push !== undefined && !tagsOnly) || triggers.has('schedule') || triggers.has('pull_request');
}

/** Whether a condition or an action lets somebody decide. */
function asks(graph: JobGraph, job: PipelineJob): boolean {
  return [job, ...graph.before(job)].some(
    ({ github, steps, environment }) =>
      /prod|approv|gate|release|manual/i.test(environment ?? '') ||
      /workflow_dispatch|refs\/tags|ref_type|release|inputs\./.test(github?.root.text('if') ?? '') ||
      steps.some((step) => /approv/i.test(step.uses?.source ?? '')),
  );
}

function isManual({ gitlab }: PipelineJob): boolean {
  const rules = gitlab?.root.list('rules') ?? [];
  return gitlab?.root.string('when') === 'manual' || rules.some((rule) => rule.string('when') === 'manual');
}

/** Whether a push to a branch is known to run the job. */
function runsOnBranches(pipeline: GitlabPipeline, { gitlab }: PipelineJob): boolean {
  const onBranch = (condition: string) =>
    /CI_COMMIT_BRANCH|CI_DEFAULT_BRANCH|CI_COMMIT_REF_NAME|"push"|'push'/.test(condition) &&
    !/CI_COMMIT_TAG/.test(condition);
  const workflow = pipeline.root.list('workflow', 'rules').map((rule) => rule.string('if') ?? '$CI_COMMIT_BRANCH');
  if (workflow.length > 0 && !workflow.some(onBranch)) return false;
  const rules = gitlab?.root.list('rules').filter((rule) => rule.string('when') !== 'never') ?? [];
  if (rules.length > 0) return rules.some((rule) => rule.get('if') !== undefined && onBranch(rule.string('if') ?? ''));
  if (gitlab?.root.get('rules') !== undefined) return false;
  const only = gitlab?.root.get('only');
  if (only === undefined) return gitlab?.root.get('except') === undefined && pipeline.complete;
  const refs = only.kind === 'list' ? only.items : [only];
  return refs.some((ref) => /^(?:main|master|branches)$/.test(ref.text() ?? ''));
}
