import { runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { jobCommand } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { placedCalls } from './_jenkins.ts';

export const testReportKeptOnFailure = defineRule({
  id: 'pipeline/test-report-kept-on-failure',
  summary: 'The report of the tests is kept when they fail',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A step after a failed one is skipped. The report that is uploaded there exists for every run but those where somebody wants to read it.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions',
  messages: {
    skipped: { text: 'The report is skipped when the tests before it fail', remedy: 'Add if: always() to the step.' },
    jenkins: { text: 'The report is skipped when the tests before it fail', remedy: 'Move it to post, below always.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest --junit-xml=junit.xml
                - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                  with:
                    name: tests
                    path: junit.xml
                    retention-days: 7
        `,
        at: [7],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  steps {
                    sh 'pytest --junit-xml=junit.xml'
                    junit 'junit.xml'
                  }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:7'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: pytest --junit-xml=junit.xml
              - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                if: \${{ !cancelled() }}
                with:
                  path: junit.xml
                  retention-days: 7
              - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
                with:
                  path: dist
                  retention-days: 7
      `,
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  steps { sh 'pytest --junit-xml=junit.xml' }
                  post { always { junit 'junit.xml' } }
                }
              }
            }
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind === 'jenkins') {
      for (const { call: steps } of placedCalls(pipeline, 'steps')) {
        const place = steps.body.findIndex(({ script }) =>
          script?.commands.some((command) => runsTests(jobCommand(script, command))),
        );
        const publisher =
          place < 0 ? undefined : steps.body.slice(place + 1).find((call) => /^(?:junit|xunit)$/.test(call.name));
        if (publisher) report('jenkins', publisher);
      }
    } else if (pipeline.kind === 'github-workflow') {
      for (const { steps } of pipeline.jobs) {
        const place = steps.findIndex(({ script }) =>
          script?.commands.some((command) => runsTests(jobCommand(script, command))),
        );
        for (const step of place < 0 ? [] : steps.slice(place + 1)) {
          const path = step.root.text('with', 'path') ?? '';
          if (!step.uses || !/^actions\/upload-artifact@/.test(step.uses.source) || !reports.test(path)) continue;
          if (step.root.get('if') === undefined && steps[place]?.root.get('continue-on-error') === undefined)
            report('skipped', step.uses);
        }
      }
    }
  },
});

const reports = /junit|test[-_]?(?:results?|reports?|output)|playwright-report|screenshots?/i;
