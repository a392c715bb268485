import { deploymentOf, deploymentTarget, mayTest, runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { type JobGraph, jobGraph, type PipelineJob } from '../../../artifacts/pipeline/jobs.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { defineRule } from '../../rule.ts';

export const testsBeforeDeploy = defineRule({
  id: 'pipeline/tests-before-deploy',
  summary: 'A deployment waits for the tests',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Jobs run side by side unless they are told to wait. A deployment that does not wait for the tests of the same pipeline ships what they are about to reject.',
  source: 'https://docs.gitlab.com/ci/yaml/needs/',
  messages: {
    early: {
      text: 'The deployment does not wait for the tests in {test}',
      remedy: 'Let it need that job, or put it into a later stage.',
    },
    always: {
      text: 'The deployment runs also when the tests have failed',
      remedy: 'Drop the condition, or ask for success.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
            deploy:
              runs-on: ubuntu-24.04
              environment: production
              steps:
                - run: kubectl apply -k k8s/overlays/production
        `,
        at: [8],
      },
      {
        files: `
          on:
            push: { branches: [main] }
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
            deploy:
              needs: test
              if: always()
              runs-on: ubuntu-24.04
              environment: production
              steps:
                - run: kubectl apply -k k8s/overlays/production
        `,
        at: [10],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [test, deploy]
            unit:
              stage: test
              script: pytest
            production:
              stage: deploy
              needs: []
              script: kubectl apply -k k8s/overlays/production
              environment: production
          `,
        },
        at: ['.gitlab-ci.yml:5'],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') { steps { sh 'helm upgrade --install orders chart --namespace production --wait' } }
                stage('Test') { steps { sh 'make test' } }
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
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: pytest
          image:
            needs: [test]
            runs-on: ubuntu-24.04
            steps:
              - run: make image
          deploy:
            needs: [image]
            if: always() && needs.image.result == 'success'
            runs-on: ubuntu-24.04
            environment: production
            steps:
              - run: kubectl apply -k k8s/overlays/production
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            stages: [test, deploy, smoke]
            unit:
              stage: test
              script: pytest
            production:
              stage: deploy
              script: kubectl apply -k k8s/overlays/production
              environment: production
            smoke:
              stage: smoke
              script: pytest smoke
          `,
        },
      },
      {
        files: `
          on:
            workflow_run: { workflows: [ci], types: [completed] }
          jobs:
            deploy:
              runs-on: ubuntu-24.04
              environment: production
              steps:
                - run: kubectl apply -k k8s/overlays/production
            smoke:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest smoke
        `,
        note: 'What ran before is in another workflow.',
      },
      {
        files: {
          '.gitlab-ci.yml': `
            review:
              stage: test
              script: helm upgrade --install review chart
              environment:
                name: review/$CI_COMMIT_REF_SLUG
            unit:
              stage: test
              script: pytest
          `,
        },
        note: 'A review environment may come up while the tests run.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'github-workflow' && pipeline.triggers.has('workflow_run')) return;
    const graph = jobGraph(pipeline);
    if (!graph.complete && pipeline.kind !== 'github-workflow') return;
    for (const job of graph.jobs) {
      const deployment = deploymentOf(job);
      if (!deployment || deploymentTarget(job, deployment) === 'provisional') continue;
      const before = graph.before(job);
      const tested = [...before].some((earlier) => mayTest(earlier));
      if (tested) {
        const condition = unconditional(job);
        if (condition) report('always', condition);
      } else if (!mayTest(job, deployment.command)) {
        const test = graph.jobs.find(
          (other) => other !== job && other.commands.some(runsTests) && !isAfterwards(graph, job, other),
        );
        if (!test) continue;
        const related = [{ file: test.file, range: test.range, message: 'The tests run here' }];
        report('early', job, { test: test.name }, { related });
      }
    }
  },
});

/** The condition that lets a job run whatever became of those before it. */
function unconditional({ github, gitlab }: PipelineJob): Location | undefined {
  const condition = github?.root.get('if');
  const text = condition?.text()?.replace(/^\$\{\{\s*|\s*\}\}$/g, '') ?? '';
  if (condition && /^(?:always\(\)|!\s*cancelled\(\))(?!.*needs\.)/.test(text)) return condition;
  const when = gitlab?.root.get('when');
  return when?.text() === 'always' ? when : undefined;
}

/**
 * Whether tests are meant to run against what was deployed: they wait for it. Jenkins stages always wait for the one
 * before, so there the name has to say it.
 */
function isAfterwards(graph: JobGraph, deployment: PipelineJob, tests: PipelineJob): boolean {
  if (!graph.before(tests).has(deployment)) return false;
  const words = tests.commands.flatMap(({ command }) => command.words.map((word) => word.text));
  return (
    tests.jenkins === undefined ||
    /smoke|e2e|end.to.end|accept|integrat|system|load|perf|http|url|post/i.test([tests.name, ...words].join(' '))
  );
}
