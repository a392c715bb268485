import { type ContextRead, contextReads, type Expression, pathOf } from './expression.ts';

/**
 * What strangers decide in an event: anyone who opens an issue or a pull request writes it.
 *
 * @see https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks
 * @see https://securitylab.github.com/resources/github-actions-untrusted-input/
 */
const untrusted = [
  'github.head_ref',
  'github.event.issue.title',
  'github.event.issue.body',
  'github.event.pull_request.title',
  'github.event.pull_request.body',
  'github.event.pull_request.head.ref',
  'github.event.pull_request.head.label',
  'github.event.pull_request.head.repo.default_branch',
  'github.event.pull_request.head.repo.description',
  'github.event.pull_request.head.repo.homepage',
  'github.event.discussion.title',
  'github.event.discussion.body',
  'github.event.comment.body',
  'github.event.review.body',
  'github.event.review_comment.body',
  'github.event.answer.body',
  'github.event.pages.*.page_name',
  'github.event.commits.*.message',
  'github.event.commits.*.author.email',
  'github.event.commits.*.author.name',
  'github.event.commits.*.committer.email',
  'github.event.commits.*.committer.name',
  'github.event.head_commit.message',
  'github.event.head_commit.author.email',
  'github.event.head_commit.author.name',
  'github.event.head_commit.committer.email',
  'github.event.head_commit.committer.name',
  'github.event.merge_group.head_commit.message',
  'github.event.workflow_run.head_branch',
  'github.event.workflow_run.display_title',
  'github.event.workflow_run.head_commit.message',
  'github.event.workflow_run.head_commit.author.email',
  'github.event.workflow_run.head_commit.author.name',
  'github.event.workflow_run.pull_requests.*.head.ref',
  'github.event.changes.title.from',
  'github.event.changes.body.from',
].map((path) => path.split('.'));

/** Functions whose result holds nothing of what they are given. */
const cutting = new Set([
  'contains',
  'startswith',
  'endswith',
  'hashfiles',
  'success',
  'failure',
  'always',
  'cancelled',
]);

/** Whether a path, or a part of the object that it names, is written by strangers. */
export function isUntrusted({ path }: ContextRead): boolean {
  return untrusted.some(
    (pattern) =>
      path.length <= pattern.length &&
      path.every((name, index) => name === '*' || pattern[index] === '*' || name === pattern[index]),
  );
}

/** The context paths whose values become part of an expression's result. */
export function* flowingReads(expression: Expression): Generator<ContextRead> {
  const read = pathOf(expression);
  if (read) yield read;
  else if (expression.kind === 'call') {
    if (!cutting.has(expression.name.toLowerCase())) for (const part of expression.args) yield* flowingReads(part);
  } else if (expression.kind === 'binary') {
    if (expression.operator !== '&&' && expression.operator !== '||') return;
    if (expression.operator === '||') yield* flowingReads(expression.left);
    yield* flowingReads(expression.right);
  } else if (expression.kind === 'property' || expression.kind === 'index' || expression.kind === 'all') {
    yield* contextReads(expression.object);
  }
}
