import { defineRule } from '../../rule.ts';
import { block, inputs } from './_jenkins.ts';

export const inputHasSubmitter = defineRule({
  id: 'pipeline/input-has-submitter',
  summary: 'It is said who may answer',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Whoever may build the job may answer an `input` that names no submitter, also the author of the change. A release that needs a second pair of eyes needs to say whose.',
  source: 'https://www.jenkins.io/doc/pipeline/steps/pipeline-input-step/',
  messages: {
    anybody: { text: 'Anybody who may build the job may answer', remedy: 'Name people or groups in submitter.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              options { timeout(time: 1, unit: 'DAYS') }
              stages {
                stage('Deploy') {
                  agent any
                  input { message 'Deploy?' }
                  steps { sh 'make deploy' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:7'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              options { timeout(time: 1, unit: 'DAYS') }
              stages {
                stage('Deploy') {
                  agent any
                  input {
                    message 'Deploy?'
                    submitter 'release-managers'
                  }
                  steps { sh 'make deploy' }
                }
              }
            }
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    for (const { call } of inputs(pipeline)) {
      const named =
        call.args.some((argument) => argument.name === 'submitter') || block(call, 'submitter') !== undefined;
      if (!named) report('anybody', call);
    }
  },
});
