import type { Statement } from '../../../artifacts/python/syntax.ts';
import { blocksOf } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { handlerAround, within } from './_handlers.ts';
import { servingModules } from './_services.ts';

const app = (body: string): string =>
  `from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n@app.get("/orders")\ndef orders():\n    try:\n        return load()\n    ${body}\n`;

export const noErrorDetailsInAnswers = defineRule({
  id: 'python/no-error-details-in-answers',
  summary: 'Unexpected exceptions are logged, not sent to the caller',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The text of an unexpected exception names tables, hosts, paths and sometimes values with passwords. It helps an attacker more than a caller, who can do nothing with it.',
  source: 'https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html',
  messages: {
    sent: {
      text: 'The text of any exception is sent to the caller',
      remedy: 'Log the exception, and answer with a fixed text and an identifier.',
    },
  },
  examples: {
    bad: [
      { files: app('except Exception as error:\n        raise HTTPException(500, detail=str(error))'), at: [11] },
      { files: app('except Exception as error:\n        return {"error": str(error)}'), at: [11] },
    ],
    good: [
      app('except Exception as error:\n        log(str(error))\n        raise HTTPException(500)'),
      {
        files: app('except ValueError as error:\n        raise HTTPException(422, detail=str(error))'),
        note: 'An expected one, whose text is meant for the caller.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/except\s+\(?(Base)?Exception\b/.test(module.text)) continue;
      for (const { statement, scope } of module.statements) {
        if (statement.kind !== 'try' || !handlerAround(scope)) continue;
        for (const { types, bound, body } of statement.handlers) {
          if (
            bound === undefined ||
            !types.some((type) => type.kind === 'name' && /^(Base)?Exception$/.test(type.name))
          )
            continue;
          for (const answer of answersIn(body)) {
            const values =
              answer.kind === 'return'
                ? answer.value
                  ? [answer.value]
                  : []
                : answer.kind === 'raise'
                  ? answer.values.slice(0, 1)
                  : [];
            const text = values
              .flatMap((value) => [...within(value)])
              .find(
                (inner) =>
                  (inner.kind === 'call' &&
                    inner.callee.kind === 'name' &&
                    (inner.callee.name === 'str' || inner.callee.name === 'repr') &&
                    inner.args[0]?.value.kind === 'name' &&
                    inner.args[0].value.name === bound) ||
                  (inner.kind === 'string' &&
                    inner.parts.some(
                      (part) => typeof part !== 'string' && part.kind === 'name' && part.name === bound,
                    )),
              );
            if (text) report('sent', module.at(text));
          }
        }
      }
    }
  },
});

function answersIn(body: readonly Statement[]): readonly Statement[] {
  return body.flatMap((statement) => {
    if (statement.kind === 'return' || statement.kind === 'raise') return [statement];
    return statement.kind === 'function' ? [] : blocksOf(statement).flatMap(answersIn);
  });
}
