import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { indentOf, insertLinesBefore } from '../../edit.ts';
import { defineRule } from '../../rule.ts';
import { block, placedCalls, takesExecutor } from './_jenkins.ts';

export const whenBeforeAgent = defineRule({
  id: 'pipeline/when-before-agent',
  summary: 'A stage is skipped before it takes an agent',
  severity: 'info',
  preset: 'all',
  peers: [],
  why: 'By default Jenkins waits for the agent of a stage, perhaps starts a container and checks the code out, and asks only then whether the stage is wanted at all.',
  source: 'https://www.jenkins.io/doc/book/pipeline/syntax/#evaluating-when-before-entering-agent-in-a-stage',
  messages: {
    after: { text: 'The condition is asked after the agent of the stage was taken', remedy: 'Add beforeAgent true.' },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Deploy') {
                  agent { label 'deploy' }
                  when {
                    branch 'main'
                  }
                  steps { sh 'make deploy' }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:6'],
        fixed: {
          Jenkinsfile: `
            pipeline {
              agent none
              stages {
                stage('Deploy') {
                  agent { label 'deploy' }
                  when {
                    beforeAgent true
                    branch 'main'
                  }
                  steps { sh 'make deploy' }
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
                stage('Deploy') {
                  when { branch 'main' }
                  steps { sh 'make deploy' }
                }
                stage('Release') {
                  agent { label 'deploy' }
                  when {
                    expression { fileExists('VERSION') }
                  }
                  steps { sh 'make release' }
                }
              }
            }
          `,
        },
        note: 'The second condition needs the files.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    for (const { call: stage } of placedCalls(pipeline, 'stage')) {
      const when = block(stage, 'when');
      if (!when || !takesExecutor(block(stage, 'agent')) || block(when, 'beforeAgent')) continue;
      // Other conditions may need the workspace.
      if (![...nestedCalls(when.body)].every((call) => conditions.has(call.name))) continue;
      const first = when.body[0];
      const line = first ? indentOf(first) : '';
      const alone =
        first && line.length === first.range.start - first.file.text.lastIndexOf('\n', first.range.start) - 1;
      report('after', when, {}, { fix: first && alone ? [insertLinesBefore(first, `${line}beforeAgent true`)] : [] });
    }
  },
});

const conditions: ReadonlySet<string> = new Set([
  ...['branch', 'tag', 'buildingTag', 'changeRequest', 'environment', 'equals', 'triggeredBy', 'not', 'allOf', 'anyOf'],
]);
