import { describe, expect, it } from 'vitest';
import { nestedCalls, parseJenkinsfile } from '../../../src/artifacts/pipeline/jenkins.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';

const declarative = `// a comment { with a brace
pipeline {
  agent { docker { image 'python:3.14' } }
  options { timeout(time: 30, unit: 'MINUTES') }
  environment { URL = "https://\${HOST}/}" }
  stages {
    stage('Test') {
      when { branch 'main' }
      steps {
        sh 'make test'
        sh script: """
          echo \${env.NAME} | tee log
        """, returnStatus: true
        script {
          def out = sh(script: 'git rev-parse HEAD', returnStdout: true).trim()
          if (out =~ /x{/) { echo "yes" }
        }
      }
    }
  }
  post { always { cleanWs() } }
}
`;

describe('parseJenkinsfile', () => {
  it('reads a declarative pipeline as a tree of calls', () => {
    const { pipeline, problems } = parseJenkinsfile(new SourceFile('Jenkinsfile', declarative));
    expect(problems).toEqual([]);
    expect(pipeline.declarative).toBe(true);
    const [root] = pipeline.calls;
    expect(root?.body.map((call) => call.name)).toEqual(['agent', 'options', 'environment', 'stages', 'post']);
    const all = [...nestedCalls(pipeline.calls)];
    expect(all.find((call) => call.name === 'timeout')?.args.map(({ name, value }) => [name, value])).toEqual([
      ['time', '30'],
      ['unit', 'MINUTES'],
    ]);
    const scripts = all.flatMap((call) => call.script ?? []);
    expect(scripts.map((script) => script.commands.map((command) => command.name))).toEqual([
      ['make'],
      ['echo', 'tee'],
      ['git'],
    ]);
    const [word] = scripts[2]?.commands[0]?.args ?? [];
    expect(word && declarative.slice(word.range.start, word.range.end)).toBe('rev-parse');
  });

  it('reads a scripted pipeline', () => {
    const text =
      "node('linux') {\n  checkout scm\n  stage('Build') {\n    docker.image('a:1').inside { sh 'make' }\n  }\n}\n";
    const { pipeline, problems } = parseJenkinsfile(new SourceFile('Jenkinsfile', text));
    expect(problems).toEqual([]);
    expect([...nestedCalls(pipeline.calls)].map((call) => call.name)).toEqual([
      'node',
      'checkout',
      'stage',
      'image',
      'inside',
      'sh',
    ]);
  });

  it.each([
    ['pipeline {\n', 'The brace is never closed'],
    ['pipeline { }\n}\n', 'The brace closes nothing'],
    ["sh 'a\n", 'The string or comment never ends'],
  ])('says what is wrong with %j', (text, message) => {
    expect(parseJenkinsfile(new SourceFile('Jenkinsfile', text)).problems.map((problem) => problem.message)).toEqual([
      message,
    ]);
  });
});

it('bounds the nesting of blocks', () => {
  const { problems } = parseJenkinsfile(new SourceFile('Jenkinsfile', '{'.repeat(5000)));
  expect(problems.map((problem) => problem.message)).toEqual(['Blocks are nested more than 100 deep']);
});

describe('assignments of a Jenkinsfile', () => {
  it('are known with their value or the function they come from', () => {
    const text = `pipeline {
  environment {
    TOKEN = credentials('registry')
    IMAGE = 'orders'
    URL = 'http://' + HOST
  }
  stages { stage('A') { steps { script { if (a == b) { c = "x" } } } } }
}
`;
    const { pipeline } = parseJenkinsfile(new SourceFile('Jenkinsfile', text));
    expect(pipeline.assignments.map(({ name, value, call }) => [name, value?.value, call])).toEqual([
      ['TOKEN', undefined, 'credentials'],
      ['IMAGE', 'orders', undefined],
      ['URL', undefined, undefined],
      ['c', 'x', undefined],
    ]);
  });
});
