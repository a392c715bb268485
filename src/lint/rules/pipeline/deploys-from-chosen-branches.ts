import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { admits } from './_gitlab.ts';
import { block, calls, placedCalls } from './_jenkins.ts';

export const deploysFromChosenBranches = defineRule({
  id: 'pipeline/deploys-from-chosen-branches',
  summary: 'Staging and production are not deployed from any branch',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A deployment without a condition runs for every branch, and for every pull request: unreviewed code, and the code of a stranger, is put into an environment that others rely on.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore',
  messages: {
    pull: {
      text: 'The job deploys from every pull request',
      remedy: "Add if: github.event_name == 'push' to the job.",
    },
    merge: { text: 'The job deploys from every merge request', remedy: 'Give it rules for the default branch.' },
    branch: { text: 'The job deploys from every branch', remedy: 'Restrict it to the default branch or to tags.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            workflow:
              rules:
                - if: $CI_PIPELINE_SOURCE == "merge_request_event"
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
            staging:
              stage: deploy
              script: kubectl apply -k k8s/overlays/staging
              environment: staging
          `,
        },
        at: ['.gitlab-ci.yml:5'],
      },
      {
        files: `
          on:
            push: { branches: [main] }
            pull_request:
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              environment: staging
              steps:
                - run: kubectl apply -k k8s/overlays/staging
        `,
        at: [5],
      },
      {
        files: `
          on: push
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              environment: production
              steps:
                - run: kubectl apply -k k8s/overlays/production
        `,
        at: [3],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script: kubectl apply -k k8s/overlays/staging
              environment: staging
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
                stage('Image') {
                  when { branch 'main' }
                  steps { sh 'make image' }
                }
                stage('Deploy to staging') {
                  steps { sh 'kubectl apply -k k8s/overlays/staging' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:8'],
      },
    ],
    good: [
      `
        on:
          push: { branches: [main] }
          pull_request:
        jobs:
          deploy:
            if: github.event_name == 'push'
            runs-on: ubuntu-24.04
            environment: staging
            steps:
              - run: kubectl apply -k k8s/overlays/staging
          verify:
            needs: deploy
            runs-on: ubuntu-24.04
            steps:
              - run: kubectl apply -k k8s/overlays/staging --dry-run=server
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            staging:
              stage: deploy
              script: kubectl apply -k k8s/overlays/staging
              environment: staging
              rules:
                - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
              when: manual
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') { steps { sh 'kubectl apply -k k8s/overlays/staging' } }
              }
            }
          `,
        },
        note: 'Nothing says that this job builds several branches.',
      },
    ],
  },
  check(pipeline, { report }) {
    const graph = jobGraph(pipeline);
    for (const job of graph.jobs) {
      const deployment = deploymentOf(job);
      if (!deployment) continue;
      const target = deploymentTarget(job, deployment);
      const text = job.file.text.slice(deployment.range.start, deployment.range.end);
      const lasting =
        target === 'production' ||
        (target === 'other' && /stag|uat|pre-?prod/i.test(`${job.name} ${job.environment} ${text}`));
      if (!lasting) continue;
      if (pipeline.kind === 'github-workflow') {
        const conditions = [job, ...graph.before(job)].some(({ github }) => github?.root.get('if') !== undefined);
        const conditional = job.steps.some((step) => step.root.get('if') !== undefined);
        if (conditions || conditional) continue;
        const pull = pipeline.triggers.get('pull_request');
        const closed = pull?.list('types').length === 1 && pull.list('types')[0]?.text() === 'closed';
        const push = pipeline.triggers.get('push');
        const filtered = ['branches', 'branches-ignore', 'tags', 'tags-ignore'].some(
          (key) => push?.get(key) !== undefined,
        );
        if (pull !== undefined && !closed) report('pull', job);
        else if (push !== undefined && !filtered) report('branch', job);
      } else if (pipeline.kind === 'gitlab') {
        const restricted = ['rules', 'only', 'except', 'when'].some((key) => job.gitlab?.root.get(key) !== undefined);
        if (restricted || !pipeline.complete) continue;
        const workflow = pipeline.root.list('workflow', 'rules').filter((rule) => rule.string('when') !== 'never');
        const kinds = workflow.map(admits);
        if (kinds.some((kind) => kind.merge)) report('merge', job);
        else if (workflow.length === 0 || kinds.some((kind) => kind.branch)) report('branch', job);
      } else if (pipeline.kind === 'jenkins' && job.jenkins) {
        const around = placedCalls(pipeline, 'stage').find(({ call }) => call === job.jenkins)?.around ?? [];
        const restricted = [job.jenkins, ...around].some((outer) => outer.name === 'if' || block(outer, 'when'));
        const stage = job.file.text.slice(job.jenkins.extent.start, job.jenkins.extent.end);
        if (!restricted && calls(pipeline, 'branch', 'changeRequest') && !/BRANCH|CHANGE_|\bif\b/.test(stage))
          report('branch', job);
      }
    }
  },
});
