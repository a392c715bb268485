import { calledAction, calledWorkflow, rootOf } from '../../../artifacts/pipeline/called.ts';
import { githubSteps, isGithub } from '../../../artifacts/pipeline/steps.ts';
import { parseUses } from '../../../artifacts/pipeline/uses.ts';
import { MapNode, type YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const calledInputs = defineRule({
  id: 'pipeline/called-inputs',
  summary: 'A call of a workflow or an action of the repository gives what that one declares',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:workflow-call', 'actionlint:action'],
  why: 'GitHub refuses to call a workflow with an input that it does not declare, or without one that it requires. An action is run with an empty text instead, and an input with a wrong name is only a line in the log.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations',
  messages: {
    unknown: { text: '{called} has no {kind} {name}', remedy: 'Declare it there, or remove it here.' },
    missing: { text: '{called} requires the {kind} {name}', remedy: 'Give it a value.' },
    absent: { text: 'There is no workflow {called}', remedy: 'Name a file of .github/workflows.' },
    closed: { text: '{called} cannot be called', remedy: 'Add workflow_call to its events.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              deploy:
                uses: ./.github/workflows/deploy.yml
                with:
                  stages: production
                secrets:
                  PASSWORD: \${{ secrets.PASSWORD }}
              gone:
                uses: ./.github/workflows/gone.yml
              test:
                runs-on: ubuntu-24.04
                steps:
                  - uses: ./.github/actions/set-up
                    with:
                      pyhton: '3.14'
          `,
          '.github/workflows/deploy.yml': `
            on:
              workflow_call:
                inputs:
                  stage:
                    type: string
                    required: true
                secrets:
                  TOKEN:
                    required: true
            jobs:
              deploy:
                runs-on: ubuntu-24.04
                steps:
                  - run: make deploy
          `,
          '.github/actions/set-up/action.yml': `
            name: set up
            inputs:
              python:
                required: true
            runs:
              using: composite
              steps:
                - run: make tools
                  shell: bash
          `,
        },
        at: [4, 4, 6, 8, 10, 14, 16],
      },
    ],
    good: [
      {
        files: {
          '.github/workflows/ci.yml': `
            on: push
            jobs:
              deploy:
                uses: ./.github/workflows/deploy.yml
                with:
                  stage: production
                secrets: inherit
              other:
                uses: acme/workflows/.github/workflows/ci.yml@8e8c483db84b4bee98b60c0593521ed34d9990e8
                with:
                  anything: goes
          `,
          '.github/workflows/deploy.yml': `
            on:
              workflow_call:
                inputs:
                  stage:
                    type: string
                    required: true
                  level:
                    type: string
                    required: true
                    default: info
                secrets:
                  TOKEN:
                    required: true
            jobs:
              deploy:
                runs-on: ubuntu-24.04
                steps:
                  - run: make deploy
          `,
        },
      },
    ],
  },
  check(pipeline, { report, repository }) {
    if (!isGithub(pipeline)) return;
    const compare = (caller: YamlNode, given: YamlNode | undefined, declared: YamlNode | undefined, kind: string) => {
      const called = caller.text() ?? '';
      const names = new Set(given?.pairs().map(({ name }) => name.toLowerCase()));
      const known = declared instanceof MapNode ? declared : undefined;
      const declaredNames = new Set([...(known?.entries.keys() ?? [])].map((name) => name.toLowerCase()));
      for (const { name, value } of known?.pairs() ?? []) {
        const required = value.boolean('required') && value.get('default') === undefined;
        if (required && !names.has(name.toLowerCase())) report('missing', caller, { called, kind, name });
      }
      for (const { name, key } of given?.pairs() ?? []) {
        if (!declaredNames.has(name.toLowerCase()) && !name.includes('${{'))
          report('unknown', key, { called, kind, name });
      }
    };
    for (const { root } of pipeline.kind === 'github-workflow' ? pipeline.jobs : []) {
      const uses = root.get('uses');
      const local = parseUses(uses?.string());
      if (!uses || local?.kind !== 'local') continue;
      const workflow = calledWorkflow(repository, pipeline.file, uses.string());
      const called = uses.text() ?? '';
      if (!workflow) {
        if (!repository.exists(rootOf(pipeline.file) + local.path)) report('absent', uses, { called });
        continue;
      }
      if (!workflow.triggers.has('workflow_call')) {
        report('closed', uses, { called });
        continue;
      }
      const call = workflow.root.get('on', 'workflow_call');
      compare(uses, root.get('with'), call?.get('inputs'), 'input');
      const secrets = root.get('secrets');
      if (secrets?.string() !== 'inherit') compare(uses, secrets, call?.get('secrets'), 'secret');
    }
    for (const { step } of githubSteps(pipeline)) {
      const action = calledAction(repository, pipeline.file, step.uses?.string());
      if (!action || !step.uses) continue;
      // A Docker action may be given arguments and an entry point besides.
      const given = action.root.text('runs', 'using') === 'docker' ? undefined : step.root.get('with');
      compare(
        step.uses,
        given ?? (step.root.get('with') ? undefined : new MapNode(step.file, step.range, new Map())),
        action.root.get('inputs'),
        'input',
      );
    }
  },
});
