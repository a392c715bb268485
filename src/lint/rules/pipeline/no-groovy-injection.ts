import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { defineRule } from '../../rule.ts';

export const noGroovyInjection = defineRule({
  id: 'pipeline/no-groovy-injection',
  summary: 'What others write is not run as a command',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A build parameter, the title of a change and the name of a branch are text that somebody else chose. Groovy puts them into the command before the shell reads it, so `$(…)` or `;` in them is run with the credentials of the build.',
  source: 'https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#string-interpolation',
  messages: {
    injected: {
      text: 'Groovy puts {expression}, which others choose, into the command',
      remedy: 'Use single quotes and read the environment variable, quoted: "$NAME".',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              parameters { string(name: 'VERSION', defaultValue: '') }
              stages {
                stage('Deploy') {
                  steps {
                    sh "make deploy VERSION=\${params.VERSION}"
                    sh "git log origin/\${env.CHANGE_BRANCH}"
                  }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:7', 'Jenkinsfile:8'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              parameters {
                choice(name: 'ENVIRONMENT', choices: ['staging', 'production'])
                booleanParam(name: 'FORCE', defaultValue: false)
              }
              stages {
                stage('Deploy') {
                  steps {
                    sh 'make deploy VERSION="$VERSION"'
                    sh "make deploy ENVIRONMENT=\${params.ENVIRONMENT} FORCE=\${params.FORCE}"
                    sh "make image TAG=\${env.BUILD_NUMBER}"
                  }
                }
              }
            }
          `,
        },
        note: 'A choice and a switch can have no other value.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    const fixed = new Set<string>();
    for (const call of nestedCalls(pipeline.calls)) {
      if (call.name !== 'choice' && call.name !== 'booleanParam') continue;
      const name = call.args.find((argument) => argument.name === 'name')?.value;
      if (name !== undefined) fixed.add(name);
    }
    for (const call of nestedCalls(pipeline.calls)) {
      if (!/^(?:sh|bat|powershell|pwsh)$/.test(call.name)) continue;
      for (const { file, text, content, interpolated, name } of call.args) {
        if (!interpolated || (name !== undefined && name !== 'script')) continue;
        for (const match of text.matchAll(/\\[\s\S]|\$\{([^}]*)\}/g)) {
          const expression = match[1]?.trim();
          const parameter = /^params\.(\w+)$/.exec(expression ?? '')?.[1];
          const foreign = parameter === undefined ? chosenByOthers.test(expression ?? '') : !fixed.has(parameter);
          if (expression === undefined || !foreign) continue;
          const start = content.start + match.index;
          report('injected', { file, range: { start, end: start + match[0].length } }, { expression });
        }
      }
    }
  },
});

/** Variables of a build that hold what the author of a change wrote. */
const chosenByOthers =
  /^env\.(?:CHANGE_(?:TITLE|BRANCH|AUTHOR\w*|FORK)|BRANCH_NAME|GIT_BRANCH|TAG_NAME|gitlabSourceBranch|gitlabMergeRequestTitle|ghprb(?:SourceBranch|PullTitle|PullLongDescription))$/;
