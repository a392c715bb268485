import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const backgroundTaskKept = defineRule({
  id: 'python/background-task-kept',
  summary: 'A background task is kept by someone',
  severity: 'warning',
  preset: 'recommended',
  peers: ['ruff:RUF006'],
  why: 'The event loop holds tasks only weakly. One that nobody keeps may be collected in the middle of its work, and what it raises is seen by nobody.',
  source: 'https://docs.astral.sh/ruff/rules/asyncio-dangling-task/',
  messages: {
    lost: {
      text: 'The task that {call} makes is not kept',
      remedy: 'Keep it in a set or a TaskGroup until it is done.',
    },
  },
  examples: {
    bad: [{ files: 'import asyncio\n\n\nasync def place(order):\n    asyncio.create_task(notify(order))\n', at: [5] }],
    good: [
      'import asyncio\n\n\nasync def place(order):\n    task = asyncio.create_task(notify(order))\n    await task\n',
      'import asyncio\n\n\nasync def place(order):\n    async with asyncio.TaskGroup() as group:\n        group.create_task(notify(order))\n',
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/create_task|ensure_future/.test(module.text)) continue;
      for (const { call, statement } of module.calls) {
        const name = module.qualify(call.callee) ?? '';
        if (!/^asyncio\.(create_task|ensure_future)$/.test(name)) continue;
        if (statement.kind === 'expression' && statement.value === call)
          report('lost', module.at(call.callee), { call: name });
      }
    }
  },
});
