import type { Expression } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

export const noSqlFromStrings = defineRule({
  id: 'python/no-sql-from-strings',
  summary: 'SQL gets its values as parameters',
  severity: 'error',
  preset: 'recommended',
  peers: ['ruff:S608'],
  why: 'A value that is put into the text of a statement is read as SQL. Whoever supplies the value decides what the statement does.',
  source: 'https://docs.sqlalchemy.org/en/20/core/connections.html',
  messages: {
    built: {
      text: 'The statement is put together from text and the argument {value}',
      remedy: 'Pass the value as a bound parameter.',
    },
  },
  examples: {
    bad: [
      {
        files:
          'def find(connection, name):\n    return connection.execute(f"SELECT * FROM orders WHERE name = \'{name}\'")\n',
        at: [2],
      },
      {
        files:
          'from sqlalchemy import text\n\n\ndef find(session, name):\n    return session.execute(text(f"DELETE FROM orders WHERE name = {name}"))\n',
        at: [5],
      },
    ],
    good: [
      'from sqlalchemy import text\n\n\ndef find(session, name):\n    return session.execute(text("SELECT * FROM orders WHERE name = :name"), {"name": name})\n',
      {
        files:
          'TABLE = "orders"\n\n\ndef count(connection):\n    return connection.execute(f"SELECT count(*) FROM {TABLE}")\n',
        note: 'The name of a table comes from the code.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/\.(execute|executemany|exec_driver_sql|raw)\(/.test(module.text)) continue;
      for (const { call, scope } of module.calls) {
        if (
          call.callee.kind !== 'attribute' ||
          !['execute', 'executemany', 'exec_driver_sql', 'scalar', 'scalars'].includes(call.callee.name)
        )
          continue;
        const [first] = call.args;
        const statement =
          first?.value.kind === 'call' && /(^|\.)text$/.test(module.qualify(first.value.callee) ?? '')
            ? first.value.args[0]?.value
            : first?.value;
        if (
          statement?.kind !== 'string' ||
          !/^\s*(select|insert|update|delete)\b/i.test(typeof statement.parts[0] === 'string' ? statement.parts[0] : '')
        )
          continue;
        const parameters = new Set(
          scope.functions.flatMap((item) => item.parameters.map((parameter) => parameter.name)),
        );
        const given = statement.parts.find(
          (part): part is Expression & { kind: 'name' } =>
            typeof part !== 'string' && part.kind === 'name' && parameters.has(part.name),
        );
        if (given) report('built', module.at(statement), { value: given.name });
      }
    }
  },
});
