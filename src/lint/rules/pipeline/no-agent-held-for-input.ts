import { defineRule } from '../../rule.ts';
import { block, inputs, takesExecutor } from './_jenkins.ts';

export const noAgentHeldForInput = defineRule({
  id: 'pipeline/no-agent-held-for-input',
  summary: 'Waiting for a person holds no executor',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'While `input` waits, hours or days, the agent that surrounds it does nothing and is not free for another build. A few open questions are enough to stop every pipeline of the company.',
  source: 'https://www.cloudbees.com/blog/top-10-best-practices-jenkins-pipeline-plugin',
  messages: {
    held: {
      text: 'The pipeline waits for a person while it holds an executor',
      remedy: 'Use agent none at the top and an agent in each stage that works; ask in a stage without one.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              options { timeout(time: 1, unit: 'DAYS') }
              stages {
                stage('Approve') {
                  steps { input message: 'Deploy?', submitter: 'release' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:6'],
      },
      {
        files: {
          Jenkinsfile: `
            node('linux') {
              timeout(time: 1, unit: 'DAYS') {
                input 'Deploy?'
              }
            }
          `,
        },
        at: ['Jenkinsfile:3'],
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
                  agent { label 'deploy' }
                  input { message 'Deploy?' }
                  steps { sh 'make deploy' }
                }
              }
            }
          `,
        },
        note: "A stage's input is asked before its agent is taken.",
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    for (const { call, around } of inputs(pipeline)) {
      const holder = around.find((outer, index) => {
        if (outer.name === 'node') return outer.hasBody;
        const own = outer.name === 'stage' && call.hasBody && around[index + 1] === undefined;
        return /^(?:pipeline|stage)$/.test(outer.name) && !own && takesExecutor(block(outer, 'agent'));
      });
      if (!holder) continue;
      const place = block(holder, 'agent') ?? holder;
      const related = [{ file: place.file, range: place.range, message: 'The executor is taken here' }];
      report('held', call, {}, { related });
    }
  },
});
