import { runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { calls } from './_jenkins.ts';

export const testReportShown = defineRule({
  id: 'pipeline/test-report-shown',
  summary: 'Failed tests are shown by name',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'With a JUnit report the merge request lists the tests that fail, which of them are new, and how often each failed lately. Without one somebody has to read the log to its end.',
  source: 'https://docs.gitlab.com/ci/testing/unit_test_reports/',
  messages: {
    gitlab: {
      text: 'Tests run, and no job hands in a JUnit report',
      remedy: 'Write one (pytest --junit-xml) and name it in artifacts: reports: junit.',
    },
    jenkins: {
      text: 'Tests run, and nothing publishes a JUnit report',
      remedy: 'Write one (pytest --junit-xml) and publish it with junit in post.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: pytest
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
                stage('Test') { steps { sh 'pytest' } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: pytest --junit-xml=junit.xml
              artifacts:
                expire_in: 1 week
                reports:
                  junit: junit.xml
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab' && pipeline.kind !== 'jenkins') return;
    const graph = jobGraph(pipeline);
    const first = graph.jobs.find((job) => job.commands.some(runsTests));
    if (!first || !graph.complete) return;
    if (pipeline.kind === 'jenkins') {
      if (!calls(pipeline, 'junit', 'xunit', 'withMaven', 'recordIssues', 'publishHTML', 'step', 'allure'))
        report('jenkins', first);
    } else if (!graph.jobs.some((job) => job.gitlab?.root.get('artifacts', 'reports', 'junit') !== undefined)) {
      report('gitlab', first);
    }
  },
});
