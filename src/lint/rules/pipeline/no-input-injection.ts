import type { GithubAction, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { isUntrusted } from '../../../artifacts/pipeline/untrusted.ts';
import { defineRule } from '../../rule.ts';
import { injections, throughVariable } from './_injection.ts';

export const noInputInjection = defineRule({
  id: 'pipeline/no-input-injection',
  summary: 'Texts from callers never become part of a script',
  severity: 'warning',
  preset: 'strict',
  peers: ['zizmor:template-injection'],
  why: 'An input of an action or of a called workflow is whatever its caller passes on, often the title of a pull request or the name of a branch. Pasted into a script it is run as code; in a variable it is only data.',
  source: 'https://docs.zizmor.sh/audits/#template-injection',
  messages: {
    injected: {
      text: '{path} is pasted into a script',
      remedy: 'Hand the value over in env, and use the variable in double quotes.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          'action.yml': `
            name: build
            inputs:
              target:
                required: true
            runs:
              using: composite
              steps:
                - shell: bash
                  run: |
                    make \${{ inputs.target }}
          `,
        },
        at: ['action.yml:10'],
        fixed: {
          'action.yml': `
            name: build
            inputs:
              target:
                required: true
            runs:
              using: composite
              steps:
                - shell: bash
                  run: |
                    make "\${INPUTS_TARGET}"
                  env:
                    INPUTS_TARGET: \${{ inputs.target }}
          `,
        },
      },
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: git checkout \${{ github.ref_name }}
                - run: git checkout \${{ github.event.client_payload.branch }}
        `,
        at: [6, 7],
      },
    ],
    good: [
      `
        on:
          workflow_call:
            inputs:
              count:
                type: number
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test COUNT=\${{ inputs.count }} RUN=\${{ github.run_id }}
              - run: make "$TARGET"
                env:
                  TARGET: \${{ inputs.target }}
      `,
    ],
  },
  check(pipeline, { report }) {
    if (!isGithub(pipeline)) return;
    for (const injection of injections(pipeline)) {
      if (injection.reads.some(isUntrusted)) continue;
      const read = injection.reads.find(({ path }) => isText(pipeline, path));
      if (!read) continue;
      report(
        'injected',
        injection.placed.at(read),
        { path: read.text.join('.') },
        { fix: throughVariable(injection, read) },
      );
    }
  },
});

/** Inputs that are texts, and names that whoever may push chooses. */
function isText(
  { root, kind }: GithubWorkflow | GithubAction,
  [context, name, source, field]: readonly string[],
): boolean {
  if (context === 'github') {
    const event = name === 'event' && (source === 'client_payload' || (source === 'inputs' && field !== undefined));
    return name === 'ref_name' || name === 'base_ref' || event;
  }
  if (context !== 'inputs' || name === undefined) return false;
  if (kind === 'github-action') return true;
  const declared = ['workflow_dispatch', 'workflow_call'].flatMap((event) =>
    root.pairs('on', event, 'inputs').filter((entry) => entry.name.toLowerCase() === name),
  );
  return declared.some(({ value }) => /^(?:string)?$/.test(value.text('type') ?? ''));
}
