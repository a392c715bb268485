import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import type { JenkinsCall } from '../../../artifacts/pipeline/pipeline.ts';
import { defineRule } from '../../rule.ts';
import { block, calls, pipelineBlock, placedCalls } from './_jenkins.ts';

export const jenkinsTimeout = defineRule({
  id: 'pipeline/jenkins-timeout',
  summary: 'A Jenkins pipeline ends by itself',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'Jenkins sets no limit of its own: a test that hangs keeps its executor until somebody notices, and with builds that wait for each other the whole pipeline stands still.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#options',
  messages: {
    missing: {
      text: 'The pipeline has no timeout',
      remedy: "Add timeout(time: 30, unit: 'MINUTES') to the options of the pipeline.",
    },
    stages: { text: 'The stage has no timeout, nor has the pipeline', remedy: 'Set one for the whole pipeline.' },
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
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Build') {
                  options { timeout(time: 10, unit: 'MINUTES') }
                  steps { sh 'make' }
                }
                stage('Test') { steps { sh 'make test' } }
              }
            }
          `,
        },
        at: ['Jenkinsfile:8'],
      },
      {
        files: {
          Jenkinsfile: `
            node('linux') {
              checkout scm
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
            timeout(time: 1, unit: 'HOURS') {
              node('linux') { sh 'make test' }
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
        note: 'What the library does is not known.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    const root = pipelineBlock(pipeline);
    if (root === undefined) {
      const [node] = placedCalls(pipeline, 'node').filter(({ call }) => call.hasBody);
      if (node && !calls(pipeline, 'timeout')) report('missing', node.call);
      return;
    }
    if (block(root, 'options')?.body.some((option) => option.name === 'timeout')) return;
    const stages = jobGraph(pipeline).jobs.flatMap((job) => job.jenkins ?? []);
    const bounded = (stage: JenkinsCall) => [...nestedCalls(stage.body)].some((call) => call.name === 'timeout');
    const limited = placedCalls(pipeline, 'stage').flatMap(({ call, around }) =>
      [...around, call].some((outer) => block(outer, 'options')?.body.some((option) => option.name === 'timeout'))
        ? [call]
        : [],
    );
    const open = stages.filter((stage) => !bounded(stage) && !limited.includes(stage));
    if (stages.length > 0 && open.length === 0) return;
    if (open.length === stages.length) report('missing', root);
    else for (const stage of open) report('stages', stage);
  },
});
