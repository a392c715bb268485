import { defineRule } from '../../rule.ts';
import { placedCalls } from './_jenkins.ts';

export const declarativeNotScripted = defineRule({
  id: 'pipeline/declarative-not-scripted',
  summary: 'A Jenkinsfile is declarative',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'A declarative pipeline is checked as a whole before it runs, can be restarted from a stage, and has one place each for options, credentials and what follows a failure. A scripted one is a program: what it does is known when it has done it.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#compare',
  messages: {
    scripted: {
      text: 'The pipeline is scripted',
      remedy: 'Write it as a pipeline block with stages; keep Groovy for script steps or a library.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            node('linux') {
              timeout(time: 10, unit: 'MINUTES') {
                stage('Test') { sh 'make test' }
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
              options { timeout(time: 30, unit: 'MINUTES') }
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
            @Library('platform@v3') _
            buildService(name: 'orders')
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins' || pipeline.declarative) return;
    const [node] = placedCalls(pipeline, 'node').filter(({ call }) => call.hasBody);
    if (node) report('scripted', node.call);
  },
});
