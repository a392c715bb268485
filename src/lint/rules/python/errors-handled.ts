import type { Statement } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';

export const errorsHandled = defineRule({
  id: 'python/errors-handled',
  summary: 'No bare except, and no exception that disappears',
  severity: 'warning',
  preset: 'recommended',
  peers: ['ruff:E722', 'ruff:S110'],
  why: 'A bare except also catches the exceptions by which a process is stopped; an exception that is caught and passed over leaves no trace, so that the service answers as if nothing had happened.',
  source: 'https://docs.astral.sh/ruff/rules/bare-except/',
  messages: {
    bare: {
      text: 'A bare except catches SystemExit and KeyboardInterrupt too',
      remedy: 'Name the exceptions that are expected.',
    },
    swallowed: {
      text: 'Every exception is caught here and passed over',
      remedy: 'Name the exceptions that are expected, or log what was caught.',
    },
  },
  examples: {
    bad: [
      { files: 'try:\n    work()\nexcept:\n    log()\n', at: [3] },
      { files: 'try:\n    work()\nexcept Exception:\n    pass\n', at: [3] },
    ],
    good: [
      'try:\n    work()\nexcept ValueError:\n    pass\n',
      'try:\n    work()\nexcept Exception:\n    logger.exception("failed")\n',
      { files: 'try:\n    work()\nexcept:\n    rollback()\n    raise\n', note: 'It is raised again.' },
      { files: 'import contextlib\n\nwith contextlib.suppress(OSError):\n    work()\n' },
    ],
  },
  check(project, { report }) {
    for (const module of project.sources) {
      if (!module.text.includes('except')) continue;
      for (const { statement } of module.statements) {
        if (statement.kind !== 'try') continue;
        for (const handler of statement.handlers) {
          const where = {
            file: module.file,
            range: handler.types[0]
              ? { start: handler.keywordRange.start, end: handler.types[0].range.end }
              : handler.keywordRange,
          };
          const wide = handler.types.some(
            (type) => type.kind === 'name' && (type.name === 'Exception' || type.name === 'BaseException'),
          );
          if (handler.types.length === 0) {
            if (!handler.body.some(raisesAgain)) report('bare', where);
          } else if (wide && handler.body.every(isNothing)) report('swallowed', where);
        }
      }
    }
  },
});

function isNothing(statement: Statement): boolean {
  return (
    (statement.kind === 'plain' && (statement.keyword === 'pass' || statement.keyword === 'continue')) ||
    (statement.kind === 'expression' && (statement.value.kind === 'string' || statement.value.kind === 'other'))
  );
}

function raisesAgain(statement: Statement): boolean {
  return (
    statement.kind === 'raise' ||
    (statement.kind === 'if' && statement.branches.some((branch) => branch.body.some(raisesAgain)))
  );
}
