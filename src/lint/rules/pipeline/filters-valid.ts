import { ListNode, ScalarNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

const pairs = ['branches', 'tags', 'paths'];

export const filtersValid = defineRule({
  id: 'pipeline/filters-valid',
  summary: 'Filters of branches, tags and paths can match',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:glob', 'actionlint:events'],
  why: 'A filter is a glob, not a regular expression, and paths begin at the root of the repository. With a filter that matches nothing the workflow is never started, which looks like a green pull request.',
  source:
    'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet',
  messages: {
    both: {
      text: '{name} and {name}-ignore cannot be used together',
      remedy: 'Use one of them, with ! for the exceptions.',
    },
    only: {
      text: 'Only exceptions are listed, so nothing matches',
      remedy: 'List what matches before the exceptions.',
    },
    character: {
      text: '{character} cannot be in the name of a branch or tag',
      remedy: 'Write a glob: * for letters, ** with slashes, [0-9], + and ?.',
    },
    dot: { text: 'A path never begins with {start}', remedy: 'Begin at the root of the repository.' },
    slash: { text: 'The name of a branch or tag does not begin with /', remedy: 'Leave the / out.' },
    open: { text: 'The [ has no end', remedy: 'Close it with ], or escape it.' },
    range: { text: 'The range {range} is empty', remedy: 'Put the smaller character first.' },
    repeat: { text: '{character} has nothing to repeat', remedy: 'Put a character in front of it, or escape it.' },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push:
              branches: ['^release/', 'v[9-1]', 'x*+', 'v[0-9']
              paths: ['./src/**']
              paths-ignore: ['docs/**']
            pull_request:
              branches: ['!main']
            merge_group:
              branches: [/main]
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [3, 3, 3, 3, 4, 5, 7, 9],
      },
    ],
    good: [
      `
        on:
          push:
            branches: [main, 'release/**', 'v[0-9]+.x', '!release/old']
            paths: ['src/**', '.github/**', '**.md', '!docs/a (b)/**']
          pull_request:
            branches-ignore: ['wip-?']
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
    for (const event of pipeline.triggers.values()) {
      for (const name of pairs) {
        const ignored = event.entry(`${name}-ignore`);
        if (ignored && event.get(name)) report('both', ignored.key, { name });
        const chosen = event.get(name);
        const patterns = [chosen, ignored?.value].flatMap((node) =>
          node instanceof ListNode ? node.items : (node ?? []),
        );
        const own = chosen instanceof ListNode ? chosen.items : [];
        if (own.length > 0 && own.every((item) => item.string()?.startsWith('!'))) report('only', own[0] ?? event);
        for (const pattern of patterns) {
          if (!(pattern instanceof ScalarNode) || typeof pattern.value !== 'string' || pattern.value.includes('${{'))
            continue;
          const problem = problemOf(pattern.value.replace(/^!/, ''), name !== 'paths');
          if (problem?.code === 'character' || problem?.code === 'repeat')
            report(problem.code, pattern, { character: problem.text });
          else if (problem?.code === 'dot') report('dot', pattern, { start: problem.text });
          else if (problem?.code === 'range') report('range', pattern, { range: problem.text });
          else if (problem) report(problem.code, pattern);
        }
      }
    }
  },
});

/** What is wrong with a pattern, if anything. */
function problemOf(
  pattern: string,
  isRef: boolean,
): { readonly code: 'character' | 'repeat' | 'dot' | 'range' | 'open' | 'slash'; readonly text: string } | undefined {
  const start = /^\.{1,2}\//.exec(pattern)?.[0];
  if (!isRef && start) return { code: 'dot', text: start };
  if (isRef && pattern.startsWith('/')) return { code: 'slash', text: '/' };
  let repeatable = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '\\') {
      at++;
      repeatable = true;
    } else if (character === '[') {
      const end = pattern.indexOf(']', at + 1);
      if (end < 0) return { code: 'open', text: character };
      const empty = [...pattern.slice(at + 1, end).matchAll(/(.)-(.)/g)].find(([, from = '', to = '']) => from > to);
      if (empty) return { code: 'range', text: empty[0] };
      at = end;
      repeatable = true;
    } else if (character === '?' || character === '+') {
      if (!repeatable) return { code: 'repeat', text: character };
      repeatable = false;
    } else if (isRef && /[\s~^:]/.test(character)) {
      return { code: 'character', text: character.trim() === '' ? 'A blank' : character };
    } else repeatable = character !== '*';
  }
  return undefined;
}
