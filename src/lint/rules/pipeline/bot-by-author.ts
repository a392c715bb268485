import { type Expression, pathOf, subexpressions } from '../../../artifacts/pipeline/expression.ts';
import type { GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { isPrivileged } from '../../../artifacts/pipeline/steps.ts';
import { type Edit, replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const botByAuthor = defineRule({
  id: 'pipeline/bot-by-author',
  summary: 'A bot is told by who opened the pull request, not by who acted last',
  severity: 'warning',
  preset: 'recommended',
  peers: ['zizmor:bot-conditions'],
  why: 'github.actor is whoever did something last. Someone who gets the bot to touch a pull request of their own, for example by a rebase, passes the check with code of theirs.',
  source: 'https://docs.zizmor.sh/audits/#bot-conditions',
  messages: {
    actor: { text: '{path} can be made to be {bot}', remedy: 'Compare github.event.pull_request.user.login.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: pull_request_target
          jobs:
            merge:
              if: github.actor == 'dependabot[bot]'
              runs-on: ubuntu-24.04
              steps:
                - run: gh pr merge --auto "$URL"
        `,
        at: [4],
        fixed: `
          on: pull_request_target
          jobs:
            merge:
              if: github.event.pull_request.user.login == 'dependabot[bot]'
              runs-on: ubuntu-24.04
              steps:
                - run: gh pr merge --auto "$URL"
        `,
      },
    ],
    good: [
      `
        on: pull_request_target
        jobs:
          merge:
            if: github.event.pull_request.user.login == 'dependabot[bot]'
            runs-on: ubuntu-24.04
            steps:
              - run: gh pr merge --auto "$URL"
          check:
            if: github.actor != 'dependabot[bot]'
            runs-on: ubuntu-24.04
            steps:
              - run: make check
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow' || !isPrivileged(pipeline)) return;
    for (const { condition, expression, at } of pipeline.expressions) {
      if (!condition || expression === undefined) continue;
      for (const part of subexpressions(expression)) {
        const found = part.kind === 'binary' && part.operator === '==' ? comparison(part.left, part.right) : undefined;
        if (!found) continue;
        report(
          'actor',
          at(found.actor),
          { path: found.path, bot: found.bot },
          { fix: byAuthor(pipeline, at(found.actor)) },
        );
      }
    }
  },
});

function comparison(left: Expression, right: Expression) {
  for (const [actor, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const path = pathOf(actor)?.path.join('.');
    const bot =
      other.kind === 'literal' && typeof other.value === 'string' && other.value.endsWith('[bot]')
        ? other.value
        : undefined;
    if (bot !== undefined && (path === 'github.actor' || path === 'github.triggering_actor'))
      return { actor, path, bot };
  }
  return undefined;
}

/** Only events of pull requests have an author to compare. */
function byAuthor({ triggers }: GithubWorkflow, where: Parameters<typeof replace>[0]): readonly Edit[] {
  const always = [...triggers.keys()].every((name) => name === 'pull_request_target' || name === 'pull_request');
  return always ? [replace(where, 'github.event.pull_request.user.login')] : [];
}
