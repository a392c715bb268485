import { actionShape, workflowShape } from '../../../artifacts/pipeline/github-syntax.ts';
import { githubSteps, isGithub } from '../../../artifacts/pipeline/steps.ts';
import { syntaxProblems } from '../../../artifacts/pipeline/syntax.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
const shells = ['bash', 'sh', 'pwsh', 'powershell', 'cmd', 'python'];

export const validValues = defineRule({
  id: 'pipeline/valid-values',
  summary: 'Values of a workflow are of the kind that GitHub accepts',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:syntax-check', 'actionlint:permissions', 'actionlint:shell-name'],
  why: 'GitHub refuses a workflow with a word where it wants true or false, a permission level that does not exist or a list where it wants one value. An activity type that an event does not have never starts anything.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
  messages: {
    value: { text: '{value} is not accepted here', remedy: 'Write {wanted}.' },
    near: { text: '{value} is not accepted here', remedy: 'Write {near}.' },
    kind: { text: 'This kind of value is not accepted here', remedy: 'Write {wanted}.' },
    shell: {
      text: 'There is no shell {value}',
      remedy: 'Name bash, sh, pwsh, powershell, cmd or python, or give a whole command with its placeholder.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            issues:
              types: [created]
          permissions:
            contents: writes
          jobs:
            test:
              runs-on: ubuntu-24.04
              timeout-minutes: ten
              strategy:
                fail-fast: no
              steps: make test
        `,
        at: [3, 5, 9, 11],
      },
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              strategy: [a, b]
              steps:
                - run: make test
                  shell: zsh
        `,
        at: [5, 8],
      },
    ],
    good: [
      `
        on:
          issues:
            types: [opened]
        permissions: read-all
        jobs:
          test:
            runs-on: [self-hosted, gpu]
            timeout-minutes: \${{ fromJSON(vars.MINUTES) }}
            strategy:
              fail-fast: false
            steps:
              - run: make test
                continue-on-error: "true"
                shell: nix develop -c bash {0}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    const shape = pipeline.kind === 'github-action' ? actionShape : workflowShape;
    for (const problem of syntaxProblems(pipeline.root, shape)) {
      if (problem.kind === 'wrong-kind') report('kind', problem.node, { wanted: problem.wanted });
      if (problem.kind !== 'wrong-value') continue;
      const { node, wanted, values } = problem;
      const near = meant(node.source, values);
      if (near === undefined) report('value', node, { value: node.source, wanted });
      else report('near', node, { value: node.source, near });
    }
    const ofJobs = pipeline.kind === 'github-workflow' ? pipeline.jobs.map(({ root }) => root) : [];
    const owners = [pipeline.root, ...ofJobs].map((root) => root.get('defaults', 'run', 'shell'));
    for (const shell of [...owners, ...githubSteps(pipeline).map(({ step }) => step.root.get('shell'))]) {
      if (shell && isUnknownShell(shell)) report('shell', shell, { value: shell.text() ?? '' });
    }
  },
});

function isUnknownShell(shell: YamlNode): boolean {
  const text = shell.string();
  return text !== undefined && /^\w+$/.test(text) && !shells.includes(text.toLowerCase());
}
