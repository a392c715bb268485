import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';
import { block, calls, pipelineBlock, takesExecutor } from './_jenkins.ts';

export const agentNoneAtTop = defineRule({
  id: 'pipeline/agent-none-at-top',
  summary: 'No executor is held beside those of the stages',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'When every stage takes an agent of its own, the one at the top does nothing from the first stage to the last, and on a busy controller the pipeline can wait for itself.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#agent',
  messages: {
    idle: { text: 'Every stage has an agent of its own, so this one is idle', remedy: 'Use agent none.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  agent { docker { image 'python:3.14-slim' } }
                  steps { sh 'make test' }
                }
                stage('Build') {
                  agent { label 'docker' }
                  steps { sh 'make image' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:2'],
        fixed: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Test') {
                  agent { docker { image 'python:3.14-slim' } }
                  steps { sh 'make test' }
                }
                stage('Build') {
                  agent { label 'docker' }
                  steps { sh 'make image' }
                }
              }
            }
          `,
        },
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  agent { docker { image 'python:3.14-slim'; reuseNode true } }
                  steps { sh 'make test' }
                }
              }
            }
          `,
        },
        note: 'The container runs on the node of the pipeline.',
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  agent { label 'docker' }
                  steps { sh 'make test' }
                }
              }
              post { always { junit 'report.xml' } }
            }
          `,
        },
        note: 'What follows needs it.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    const root = pipelineBlock(pipeline);
    const agent = root && block(root, 'agent');
    if (!root || !agent || !takesExecutor(agent) || block(root, 'post') || calls(pipeline, 'reuseNode')) return;
    const stages = jobGraph(pipeline).jobs.flatMap((job) => job.jenkins ?? []);
    if (stages.length === 0 || !stages.every((stage) => takesExecutor(block(stage, 'agent')))) return;
    report('idle', agent, {}, { fix: [replace({ file: agent.file, range: agent.extent }, 'agent none')] });
  },
});
