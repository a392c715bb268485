import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { defineRule } from '../../rule.ts';

export const noBuildsOnController = defineRule({
  id: 'pipeline/no-builds-on-controller',
  summary: 'Builds do not run on the Jenkins controller',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: "A build on the controller's own node runs as the user that owns Jenkins: its scripts, and the code of every dependency, can read all credentials and change every job.",
  source: 'https://www.jenkins.io/doc/book/security/controller-isolation/',
  messages: {
    controller: { text: 'The build runs on the controller ({label})', remedy: 'Name the label of an agent.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent { label 'built-in' }
              stages {
                stage('Test') { steps { sh 'make test' } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:2'],
      },
      {
        files: {
          Jenkinsfile: `
            node('linux || master') {
              sh 'make test'
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
              agent { label 'linux && docker' }
              stages {
                stage('Merge') {
                  when { branch 'master' }
                  steps { sh 'make test' }
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
    for (const call of nestedCalls(pipeline.calls)) {
      if (call.name !== 'label' && call.name !== 'node') continue;
      for (const argument of call.args) {
        if (!argument.isString || (argument.name !== undefined && argument.name !== 'label')) continue;
        const label = argument.value
          ?.split('||')
          .map((part) => part.trim())
          .find((part) => controllers.test(part));
        if (label !== undefined) report('controller', argument, { label });
      }
    }
  },
});

const controllers = /^(?:master|built-in|controller)$/;
