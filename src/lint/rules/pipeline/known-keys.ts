import { actionShape, workflowShape } from '../../../artifacts/pipeline/github-syntax.ts';
import { gitlabJobShape, gitlabShape } from '../../../artifacts/pipeline/gitlab-syntax.ts';
import type { Pipeline } from '../../../artifacts/pipeline/pipeline.ts';
import { isGithub } from '../../../artifacts/pipeline/steps.ts';
import { type SyntaxProblem, syntaxProblems } from '../../../artifacts/pipeline/syntax.ts';
import { MapNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

export const knownKeys = defineRule({
  id: 'pipeline/known-keys',
  summary: 'A pipeline has only keys and events that its system knows',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:syntax-check', 'actionlint:events'],
  why: 'A key that the system does not know makes GitHub and GitLab refuse the whole file: no run starts, and nothing on the pull request says why. The usual cause is one wrong letter or a key at the wrong level.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax',
  messages: {
    unknown: { text: '{key} is no key of {owner}', remedy: 'Remove it, or move it to where it belongs.' },
    misspelt: { text: '{key} is no key of {owner}', remedy: 'Write {near}.' },
    event: { text: 'There is no event {key}', remedy: 'Name an event that starts workflows.' },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            push:
              branch: [main]
            pull_requests:
          jobs:
            test:
              runs-on: ubuntu-24.04
              default:
                run:
                  shell: bash
              steps:
                - run: make test
                  Shell: bash
        `,
        at: [3, 4, 8, 13],
      },
      {
        files: {
          '.gitlab-ci.yml': `
            test:
              image: python:3.14-slim
              scripts:
                - make test
              artifacts:
                path: [report.xml]
          `,
        },
        at: ['.gitlab-ci.yml:3', '.gitlab-ci.yml:6'],
      },
    ],
    good: [
      `
        on:
          push:
            branches: [main]
          workflow_dispatch:
            inputs:
              level:
                type: choice
                options: [info, debug]
        jobs:
          test:
            runs-on: ubuntu-24.04
            defaults:
              run:
                shell: bash
            steps:
              - run: make test
          deploy:
            uses: ./.github/workflows/deploy.yml
            with:
              anything: goes
      `,
      {
        files: {
          '.gitlab-ci.yml': `
            .anchors:
              whatever: &script [make test]
            test:
              script: *script
              rules:
                - if: $CI_COMMIT_BRANCH
          `,
        },
        note: 'hidden keys may hold anything',
      },
    ],
  },
  check(pipeline, { report }) {
    for (const problem of keyProblems(pipeline)) {
      if (problem.kind !== 'unknown-key') continue;
      const { entry, owner, known } = problem;
      const near = meant(entry.name, known) ?? known.find((name) => name.toLowerCase() === entry.name.toLowerCase());
      if (near !== undefined) report('misspelt', entry.key, { key: entry.name, owner, near });
      else if (owner === 'on') report('event', entry.key, { key: entry.name });
      else report('unknown', entry.key, { key: entry.name, owner });
    }
  },
});

function* keyProblems(pipeline: Pipeline): Generator<SyntaxProblem> {
  if (isGithub(pipeline)) {
    yield* syntaxProblems(pipeline.root, pipeline.kind === 'github-action' ? actionShape : workflowShape);
  } else if (pipeline.kind === 'gitlab') {
    yield* syntaxProblems(pipeline.root, gitlabShape);
    const jobs = new Set(pipeline.jobs.filter(({ hidden }) => !hidden).map(({ name }) => name));
    for (const { name, value } of pipeline.root.pairs()) {
      if (jobs.has(name) && value instanceof MapNode) yield* syntaxProblems(value, gitlabJobShape);
    }
  }
}
