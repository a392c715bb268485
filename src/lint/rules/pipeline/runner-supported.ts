import { parseExpression, pathOf, placeholders } from '../../../artifacts/pipeline/expression.ts';
import type { MapNode } from '../../../artifacts/yaml/node.ts';
import { ListNode, ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

/** Images that GitHub has removed, and when: https://github.com/actions/runner-images (announcements). */
const removed: Readonly<Record<string, string>> = {
  'ubuntu-16.04': 'September 2021',
  'ubuntu-18.04': 'April 2023',
  'ubuntu-20.04': 'April 2025',
  'macos-10.15': 'December 2022',
  'macos-11': 'June 2024',
  'macos-12': 'December 2024',
  'macos-13': 'December 2025',
  'windows-2016': 'March 2022',
  'windows-2019': 'June 2025',
};
/** Names that people expect. */
const mistaken: Readonly<Record<string, string>> = {
  'linux-latest': 'ubuntu-latest',
  'mac-latest': 'macos-latest',
  'osx-latest': 'macos-latest',
  'win-latest': 'windows-latest',
};
const latest = ['ubuntu-latest', 'windows-latest', 'macos-latest'];
const system = /^(ubuntu|windows|macos)-/;

export const runnerSupported = defineRule({
  id: 'pipeline/runner-supported',
  summary: 'A job asks for a runner that exists',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:runner-label'],
  why: 'A job whose label no runner has waits for a day and then fails. GitHub removes its images some years after their release; the labels of removed images find no runner any more.',
  source: 'https://docs.github.com/en/actions/reference/runners/github-hosted-runners',
  messages: {
    removed: {
      text: 'GitHub removed the image {label} in {when}',
      remedy: 'Use a label of an image that is supported.',
    },
    misspelt: { text: 'No runner has the label {label}', remedy: 'Write {near}.' },
    conflict: { text: 'No runner is both {one} and {other}', remedy: 'Use a matrix to run the job on each.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            old:
              runs-on: ubuntu-20.04
              steps:
                - run: make test
            typo:
              runs-on: ubuntu-lastest
              steps:
                - run: make test
            both:
              runs-on: [ubuntu-latest, windows-latest]
              steps:
                - run: make test
            many:
              runs-on: \${{ matrix.os }}
              strategy:
                matrix:
                  os: [ubuntu-24.04, macos-12]
              steps:
                - run: make test
        `,
        at: [4, 8, 12, 19],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
          large:
            runs-on: ubuntu-24.04-16core
            steps:
              - run: make test
          own:
            runs-on: [self-hosted, linux, ubuntu-20.04]
            steps:
              - run: make test
          grouped:
            runs-on:
              group: builders
              labels: anything
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || !/(?:^|\/)\.github\//.test(pipeline.file.path)) return;
    for (const { root } of pipeline.jobs) {
      for (const labels of labelSets(root)) {
        const texts = labels.map((label) => label.source.toLowerCase());
        if (texts.includes('self-hosted')) continue;
        for (const [index, label] of labels.entries()) {
          const text = texts[index] ?? '';
          const when = removed[text.replace(/-x?large$/, '')];
          const near = mistaken[text] ?? meant(text, latest);
          if (when !== undefined) report('removed', label, { label: label.source, when });
          else if (near !== undefined) report('misspelt', label, { label: label.source, near });
          const other = texts
            .slice(0, index)
            .find(
              (earlier) => system.test(earlier) && system.test(text) && earlier.split('-')[0] !== text.split('-')[0],
            );
          if (other !== undefined) report('conflict', label, { one: other, other: label.source });
        }
      }
    }
  },
});

/** The sets of labels that a job asks for, those of its matrix one by one. */
function labelSets(job: MapNode): readonly (readonly ScalarNode[])[] {
  const runsOn = job.get('runs-on');
  if (runsOn instanceof ListNode) return [runsOn.items.filter((item) => item instanceof ScalarNode)];
  if (!(runsOn instanceof ScalarNode)) return [];
  const [placeholder, ...more] = placeholders(runsOn.source);
  if (!placeholder) return [[runsOn]];
  const parsed = parseExpression(runsOn.source, placeholder.inner);
  const path = 'expression' in parsed ? pathOf(parsed.expression)?.path : undefined;
  const whole = placeholder.start === 0 && placeholder.end === runsOn.source.length && more.length === 0;
  if (!whole || path?.[0] !== 'matrix' || path.length !== 2) return [];
  const key = path[1] ?? '';
  const values = [
    ...job.list('strategy', 'matrix', key),
    ...job.list('strategy', 'matrix', 'include').map((item) => item.get(key)),
  ];
  return values.flatMap((value) => {
    if (value instanceof ListNode) return [value.items.filter((item) => item instanceof ScalarNode)];
    return value instanceof ScalarNode && !value.source.includes('${{') ? [[value]] : [];
  });
}
