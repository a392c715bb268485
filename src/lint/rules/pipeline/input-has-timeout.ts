import { defineRule } from '../../rule.ts';
import { block, inputs } from './_jenkins.ts';

export const inputHasTimeout = defineRule({
  id: 'pipeline/input-has-timeout',
  summary: 'A question to a person expires',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Without a timeout a question that nobody answers waits for ever, and when somebody clicks on it weeks later the old version goes to production.',
  source: 'https://www.cloudbees.com/blog/top-10-best-practices-jenkins-pipeline-plugin',
  messages: {
    waits: {
      text: 'The pipeline may wait for ever for an answer',
      remedy: 'Put a timeout around the input, or in the options of its stage.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Approve') {
                  steps { input message: 'Deploy?', submitter: 'release' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:5'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Approve') {
                  options { timeout(time: 2, unit: 'HOURS') }
                  steps { input message: 'Deploy?', submitter: 'release' }
                }
                stage('Approve production') {
                  steps {
                    timeout(time: 1, unit: 'DAYS') { input message: 'Deploy?', submitter: 'release' }
                  }
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
    for (const { call, around } of inputs(pipeline)) {
      const bounded = around.some(
        (outer) =>
          outer.name === 'timeout' || block(outer, 'options')?.body.some((option) => option.name === 'timeout'),
      );
      if (!bounded) report('waits', call);
    }
  },
});
