import type { LoopStatement, Statement } from '../../../artifacts/python/syntax.ts';
import { blocksOf } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { expressionsIn, lastName } from './_handlers.ts';
import { servingModules } from './_services.ts';

export const handlesSigterm = defineRule({
  id: 'python/handles-sigterm',
  summary: 'A process that loops for ever stops when it is told to',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The first process of a container gets no default action for SIGTERM: Python ignores it there unless the code handles it. Every roll-out then waits for the whole grace period, and the kill comes in the middle of a message.',
  source: 'https://docs.python.org/3/library/signal.html',
  messages: {
    deaf: {
      text: 'This loop never ends, and nothing in the project handles SIGTERM',
      remedy: 'Handle it with signal.signal or loop.add_signal_handler, and leave the loop.',
    },
  },
  examples: {
    bad: [
      {
        files:
          'import time\n\n\ndef main():\n    while True:\n        work()\n        time.sleep(1)\n\n\nif __name__ == "__main__":\n    main()\n',
        at: [5],
      },
      { files: 'while True:\n    message = consumer.poll(1.0)\n    handle(message)\n', at: [1] },
    ],
    good: [
      'import signal\nimport time\n\nsignal.signal(signal.SIGTERM, stop)\n\nwhile running:\n    time.sleep(1)\n',
      {
        files:
          'import time\n\n\ndef wait():\n    while True:\n        if ready():\n            break\n        time.sleep(1)\n\n\nwait()\n',
        note: 'It ends.',
      },
      {
        files: 'import time\n\n\ndef poll():\n    while True:\n        time.sleep(1)\n',
        note: 'Who calls this is not known.',
      },
    ],
  },
  check(project, { report }) {
    if (project.sources.some((module) => /\bsignal\b|SIGTERM|run_forever|faststream|celery/i.test(module.text))) return;
    for (const module of servingModules(project)) {
      if (!/while\s+(True|1)\b/.test(module.text)) continue;
      const started = new Set(
        module.calls.flatMap(({ call, scope }) => (scope.functions.length === 0 ? lastName(call.callee) : [])),
      );
      for (const { statement, scope } of module.statements) {
        if (statement.kind !== 'loop' || !isEndless(statement)) continue;
        const [outer] = scope.functions;
        const runs =
          outer === undefined ? scope.classes.length === 0 : scope.functions.length === 1 && started.has(outer.name);
        const [head] = statement.heads;
        if (runs && head && isWorker(statement)) report('deaf', module.at(head));
      }
    }
  },
});

function isEndless(loop: LoopStatement): boolean {
  const [head] = loop.heads;
  const always = (head?.kind === 'constant' && head.value === true) || (head?.kind === 'number' && head.value === 1);
  return loop.keyword === 'while' && always && !loop.body.some(leaves);
}

function leaves(statement: Statement): boolean {
  if (statement.kind === 'return' || statement.kind === 'raise') return true;
  if (statement.kind === 'plain' && statement.keyword === 'break') return true;
  if (statement.kind === 'function' || statement.kind === 'class') return false;
  return blocksOf(statement).some((block) => block.some(leaves));
}

/** Waits or takes messages, as a background process does. */
function isWorker(loop: LoopStatement): boolean {
  for (const expression of expressionsIn(loop.body))
    if (
      expression.kind === 'call' &&
      /^(sleep|poll|blpop|brpop|xread|xreadgroup|receive_message|get_message|run_pending|consume)$/.test(
        lastName(expression.callee),
      )
    )
      return true;
  return false;
}
