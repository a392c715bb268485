import { deploymentOf, deploymentTarget } from '../../../artifacts/pipeline/delivery.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';
import { calls } from './_jenkins.ts';

export const disableConcurrentBuilds = defineRule({
  id: 'pipeline/disable-concurrent-builds',
  summary: 'Two builds never deploy at once',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Jenkins starts a second build while the first still runs. When both deploy, the slower one wins: the older version may be what stays.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#options',
  messages: {
    concurrent: {
      text: 'The pipeline deploys, and two builds of it may run at once',
      remedy: 'Add disableConcurrentBuilds() to the options, or a lock around the deployment.',
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
                stage('Deploy') { steps { sh 'kubectl apply -k k8s/overlays/staging' } }
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
              agent any
              options { disableConcurrentBuilds(abortPrevious: false) }
              stages {
                stage('Deploy') { steps { sh 'kubectl apply -k k8s/overlays/staging' } }
              }
            }
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Deploy') {
                  steps {
                    lock('staging') { sh 'kubectl apply -k k8s/overlays/staging' }
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
    if (pipeline.kind !== 'jenkins' || calls(pipeline, 'disableConcurrentBuilds', 'lock', 'milestone', 'throttle'))
      return;
    for (const job of jobGraph(pipeline).jobs) {
      const deployment = deploymentOf(job);
      if (!deployment || deploymentTarget(job, deployment) === 'provisional') continue;
      report('concurrent', job);
      return;
    }
  },
});
