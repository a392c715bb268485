import { defineRule } from '../../rule.ts';
import { calls, pipelineBlock } from './_jenkins.ts';

export const jenkinsPost = defineRule({
  id: 'pipeline/jenkins-post',
  summary: 'A Jenkins pipeline says what happens after it',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'The `post` section is the one place that runs whether the build passed or failed: it publishes the test reports, tells the team about a failure and clears the workspace. Steps at the end of the last stage are skipped exactly when they matter.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#post',
  messages: {
    missing: { text: 'The pipeline has no post section', remedy: 'Publish the reports and tell of failures in post.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') { steps { sh 'make test' } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:1'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') { steps { sh 'make test' } }
              }
              post {
                always { junit 'report.xml' }
              }
            }
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Test') {
                  agent any
                  steps { sh 'make test' }
                  post { always { junit 'report.xml' } }
                }
              }
            }
          `,
        },
        note: "A stage's own will do.",
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    const root = pipelineBlock(pipeline);
    if (root && !calls(pipeline, 'post')) report('missing', root);
  },
});
