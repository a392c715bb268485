import { defineRule } from '../../rule.ts';
import { calls, pipelineBlock, placedCalls } from './_jenkins.ts';

export const buildsDiscarded = defineRule({
  id: 'pipeline/builds-discarded',
  summary: 'Old builds are discarded',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: "Logs and archived files of every build stay on the controller's disk until something removes them. A full disk stops all jobs of the controller at once.",
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#options',
  messages: {
    kept: {
      text: 'Builds of this pipeline are kept for ever',
      remedy: "Add buildDiscarder(logRotator(numToKeepStr: '30')) to the options.",
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              options { timeout(time: 30, unit: 'MINUTES') }
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
              options { buildDiscarder(logRotator(numToKeepStr: '30')) }
              stages {
                stage('Test') { steps { sh 'make test' } }
              }
            }
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            properties([buildDiscarder(logRotator(daysToKeepStr: '14'))])
            node { sh 'make test' }
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins' || calls(pipeline, 'buildDiscarder', 'logRotator')) return;
    const root = pipelineBlock(pipeline) ?? placedCalls(pipeline, 'node').find(({ call }) => call.hasBody)?.call;
    if (root) report('kept', root);
  },
});
