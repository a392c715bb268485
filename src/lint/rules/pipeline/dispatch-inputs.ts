import { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

export const dispatchInputs = defineRule({
  id: 'pipeline/dispatch-inputs',
  summary: 'The default of an input is one of its values',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:events'],
  why: 'A choice without options cannot be started by hand. A default that is not among the options, or is no value of the type, is refused when the workflow is started.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputsinput_idtype',
  messages: {
    options: { text: 'The input {name} is a choice without options', remedy: 'List its options.' },
    choice: {
      text: 'The default {value} is not among the options',
      remedy: 'Name one of the options, or add it to them.',
    },
    type: { text: 'The default {value} is no {type}', remedy: 'Write a value of that type.' },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            workflow_dispatch:
              inputs:
                stage:
                  type: choice
                level:
                  type: choice
                  options: [info, debug]
                  default: warn
                force:
                  type: boolean
                  default: sometimes
                count:
                  type: number
                  default: few
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [4, 9, 12, 15],
      },
    ],
    good: [
      `
        on:
          workflow_dispatch:
            inputs:
              level:
                type: choice
                options: [info, debug]
                default: info
              force:
                type: boolean
                default: false
              text:
                default: anything
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    const inputs = ['workflow_dispatch', 'workflow_call'].flatMap(
      (event) => pipeline.triggers.get(event)?.pairs('inputs') ?? [],
    );
    for (const { name, key, value } of inputs) {
      const type = value.text('type');
      const initial = value.get('default');
      const options = value.list('options');
      if (type === 'choice' && value.get('options') === undefined) report('options', key, { name });
      if (!(initial instanceof ScalarNode) || initial.value === null || initial.source.includes('${{')) continue;
      const text = initial.source;
      if (type === 'choice' && options.length > 0 && !options.some((option) => option.text() === text))
        report('choice', initial, { value: text });
      const wrong =
        (type === 'boolean' && !/^(?:true|false)$/i.test(text)) ||
        (type === 'number' && (text.trim() === '' || Number.isNaN(Number(text))));
      if (wrong && type !== undefined) report('type', initial, { value: text, type });
    }
  },
});
