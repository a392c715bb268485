import { runsTests } from '../../../artifacts/pipeline/delivery.ts';
import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import {
  commandsOf,
  type JobCommand,
  jobCommand,
  jobGraph,
  type PipelineJob,
} from '../../../artifacts/pipeline/jobs.ts';
import type { GithubStep } from '../../../artifacts/pipeline/pipeline.ts';
import type { Entry } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { hasComment } from './_gitlab.ts';
import { placedCalls } from './_jenkins.ts';

export const failedTestsStopThePipeline = defineRule({
  id: 'pipeline/failed-tests-stop-the-pipeline',
  summary: 'A failed test fails the pipeline',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Tests whose result is thrown away are worse than none: everybody sees a green pipeline and trusts it.',
  source: 'https://docs.gitlab.com/ci/yaml/#allow_failure',
  messages: {
    ignored: { text: 'The result of the tests is ignored', remedy: 'Let the tests fail the job.' },
    allowed: {
      text: 'No job with tests can fail the pipeline',
      remedy: 'Remove {keyword} from the job that runs the tests.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest || true
        `,
        at: [6],
      },
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
                  continue-on-error: true
        `,
        at: [7],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: pytest
              allow_failure: true
          `,
        },
        at: ['.gitlab-ci.yml:3'],
      },
      {
        files: {
          Jenkinsfile: `
            pipeline {
              agent any
              stages {
                stage('Test') {
                  steps {
                    catchError(buildResult: 'SUCCESS') { sh 'pytest' }
                  }
                }
              }
            }
          `,
        },
        at: ['Jenkinsfile:6'],
      },
    ],
    good: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: pytest
            next:
              runs-on: ubuntu-24.04
              continue-on-error: true
              steps:
                - run: pytest
        `,
        note: 'One job with tests may fail as long as another may not.',
      },
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              continue-on-error: \${{ matrix.experimental }}
              steps:
                - id: pytest
                  run: pytest
                  continue-on-error: true
                - if: steps.pytest.outcome == 'failure'
                  run: exit 1
        `,
        note: 'Its result is asked for.',
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script:
                # The report is read by the next job, which decides.
                - pytest --junit-xml=junit.xml || true
          `,
        },
        note: 'It says why.',
      },
    ],
  },
  check(pipeline, { report }) {
    const graph = jobGraph(pipeline);
    const tested = graph.jobs.filter((job) => job.commands.some(runsTests));
    const commands = commandsOf(pipeline);
    for (const [index, command] of commands.entries()) {
      if (runsTests(command) && ignored(command, commands.slice(index + 1, index + 4)) && !hasComment(command))
        report('ignored', command);
    }
    if (!graph.complete) return;
    const allowed = tested.map(allowance);
    for (const entry of allowed.every((one) => one !== undefined) ? allowed : [])
      if (entry && !hasComment(entry.key)) report('allowed', entry.key, { keyword: entry.name });
    if (pipeline.kind !== 'jenkins') return;
    for (const { call } of placedCalls(pipeline, 'catchError')) {
      const success = call.args.some((argument) => argument.name === 'buildResult' && argument.value === 'SUCCESS');
      const scripts = [...nestedCalls(call.body)].flatMap((inner) => inner.script ?? []);
      if (
        success &&
        tested.some((job) =>
          job.commands.some(
            (one) =>
              runsTests(one) &&
              scripts.some(
                (script) =>
                  script.file === one.file && one.range.start >= call.extent.start && one.range.end <= call.extent.end,
              ),
          ),
        )
      )
        report('ignored', call);
    }
  },
});

function tests(step: GithubStep): readonly JobCommand[] {
  const { script } = step;
  return script?.commands.map((command) => jobCommand(script, command)).filter(runsTests) ?? [];
}

/** Whether the command after a test, tied to it by `||`, always succeeds; substitutions in the test come between. */
function ignored(test: JobCommand, following: readonly JobCommand[]): boolean {
  return following.some(
    ({ file, program = '', args, command }) =>
      file === test.file &&
      command.joint === '||' &&
      /^\s*\|\|\s*$/.test(file.text.slice(test.range.end, command.range.start)) &&
      (/^(?:true|:|echo|printf)$/.test(program) || (program === 'exit' && args[0]?.value === '0')),
  );
}

/** What lets a job with tests fail without consequence. */
function allowance({ github, gitlab, commands }: PipelineJob): Entry | undefined {
  const whole = gitlab?.root.entry('allow_failure') ?? github?.root.entry('continue-on-error');
  if (whole?.value.boolean() === true) return gitlab?.root.string('when') === 'manual' ? undefined : whole;
  const steps = github?.steps.filter((step) => tests(step).length > 0) ?? [];
  if (steps.length === 0 || commands.length === 0) return undefined;
  const entries = steps.map((step) => {
    const id = step.root.text('id');
    const asked = id !== undefined && step.file.text.includes(`steps.${id}.`);
    const entry = step.root.entry('continue-on-error');
    return entry?.value.boolean() === true && !asked ? entry : undefined;
  });
  return entries.every((entry) => entry !== undefined) ? entries[0] : undefined;
}
