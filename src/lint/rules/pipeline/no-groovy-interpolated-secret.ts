import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import type { JenkinsArgument, JenkinsPipeline } from '../../../artifacts/pipeline/pipeline.ts';
import type { TextRange } from '../../../artifacts/source-file.ts';
import type { Edit } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const noGroovyInterpolatedSecret = defineRule({
  id: 'pipeline/no-groovy-interpolated-secret',
  summary: 'A secret reaches the shell as a variable, not by Groovy',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: "In a string with double quotes Groovy puts the secret's value into the command itself: it is seen in the process list, it may slip past the masking of the log, and a character of it that the shell understands is run. The shell has the same variable and reads it safely.",
  source: 'https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#string-interpolation',
  messages: {
    interpolated: {
      text: 'Groovy puts the secret {name} into the command',
      remedy: 'Use single quotes, so that the shell reads the variable.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              environment { TOKEN = credentials('registry') }
              stages {
                stage('Publish') {
                  steps { sh "publish --token \${TOKEN} dist" }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:6'],
        fixed: {
          Jenkinsfile: `
            pipeline {
              agent any
              environment { TOKEN = credentials('registry') }
              stages {
                stage('Publish') {
                  steps { sh 'publish --token \${TOKEN} dist' }
                }
              }
            }
          `,
        },
      },
      {
        files: {
          Jenkinsfile: `
            node {
              withCredentials([usernamePassword(credentialsId: 'db', usernameVariable: 'USER', passwordVariable: 'PASS')]) {
                sh """
                  migrate --user $USER --password '\${env.PASS}'
                """
              }
            }
          `,
        },
        at: ['Jenkinsfile:4'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              environment {
                TOKEN = credentials('registry')
                IMAGE = 'orders'
              }
              stages {
                stage('Publish') {
                  steps {
                    sh 'publish --token "$TOKEN" dist'
                    sh "publish --token \\$TOKEN \${IMAGE}"
                  }
                }
              }
            }
          `,
        },
        note: 'A dollar sign that Groovy is told to leave is for the shell.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    const secrets = secretVariables(pipeline);
    if (secrets.size === 0) return;
    for (const call of nestedCalls(pipeline.calls)) {
      if (!/^(?:sh|bat|powershell|pwsh)$/.test(call.name)) continue;
      for (const argument of call.args) {
        if (!argument.interpolated || (argument.name !== undefined && argument.name !== 'script')) continue;
        const found = interpolations(argument);
        for (const [index, { name, range }] of found.entries()) {
          if (!secrets.has(name)) continue;
          const fix = index === 0 && call.name === 'sh' ? forTheShell(argument, found, secrets) : [];
          report('interpolated', { file: argument.file, range }, { name }, { fix });
        }
      }
    }
  },
});

interface Interpolation {
  readonly name: string;
  readonly range: TextRange;
}

/** The variables that hold a secret: of `credentials(…)`, and those that `withCredentials` binds. */
function secretVariables(pipeline: JenkinsPipeline): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, call } of pipeline.assignments) {
    if (call === 'credentials') for (const suffix of ['', '_USR', '_PSW']) names.add(name + suffix);
  }
  for (const call of nestedCalls(pipeline.calls)) {
    if (call.name !== 'withCredentials') continue;
    for (const argument of [...nestedCalls(call.body)].flatMap((inner) => inner.args)) {
      if (
        /^(?:variable|(?:password|token|secretKey|passphrase|keystore)Variable)$/.test(argument.name ?? '') &&
        argument.value
      )
        names.add(argument.value);
    }
  }
  return names;
}

/** `$NAME`, `${NAME}` and `${env.NAME}` that Groovy fills in; any other expression has an empty name. */
function interpolations({ text, content }: JenkinsArgument): readonly Interpolation[] {
  return [...text.matchAll(/\\[\s\S]|\$\{([^}]*)\}|\$([A-Za-z_]\w*)/g)].flatMap((match) => {
    if (match[0].startsWith('\\')) return [];
    const start = content.start + match.index;
    const name = match[2] ?? /^\s*(?:env\.)?([A-Za-z_]\w*)\s*$/.exec(match[1] ?? '')?.[1] ?? '';
    return [{ name, range: { start, end: start + match[0].length } }];
  });
}

/** Single quotes instead of double ones, where nothing but secrets is filled in and no quote or escape changes its meaning. */
function forTheShell(
  { file, range, text, content }: JenkinsArgument,
  found: readonly Interpolation[],
  secrets: ReadonlySet<string>,
): readonly Edit[] {
  const quote = file.text.slice(range.start, content.start);
  if (!/^"(?:"")?$/.test(quote) || /['\\]/.test(text) || !found.every(({ name }) => secrets.has(name))) return [];
  const single = quote.replaceAll('"', "'");
  return [
    { file, range: { start: range.start, end: content.start }, text: single },
    ...found
      .filter((one) => file.text.slice(one.range.start, one.range.end).includes('env.'))
      .map((one): Edit => ({ file, range: one.range, text: `\${${one.name}}` })),
    { file, range: { start: content.end, end: range.end }, text: single },
  ];
}
