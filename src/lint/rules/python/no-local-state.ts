import { dottedName, type Expression } from '../../../artifacts/python/syntax.ts';
import { defineRule } from '../../rule.ts';
import { handlerAround } from './_handlers.ts';
import { servingModules } from './_services.ts';

const CHANGES = new Set(['append', 'extend', 'insert', 'add', 'update', 'pop', 'remove', 'clear', 'setdefault']);

export const noLocalState = defineRule({
  id: 'python/no-local-state',
  summary: 'Requests leave nothing behind in the process or beside the code',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'What a handler keeps in a variable of the module is known to one worker of one replica, and gone at the next start. Behind a load balancer the same client sees it and does not see it in turn.',
  source: 'https://12factor.net/processes',
  messages: {
    kept: {
      text: '{handler} keeps state in {name}, which each process has for itself',
      remedy: 'Keep it in a database or a cache that all replicas share.',
    },
    sessions: {
      text: 'Sessions are kept in files of this process',
      remedy: 'Keep them in signed cookies, a database or a cache.',
    },
  },
  examples: {
    bad: [
      {
        files:
          'from fastapi import FastAPI\n\napp = FastAPI()\nORDERS = {}\n\n\n@app.post("/orders/{id}")\ndef place(id: str, order: dict):\n    ORDERS[id] = order\n    return order\n',
        at: [9],
      },
      {
        files:
          'from flask import Flask\n\napp = Flask(__name__)\nhits = 0\n\n\n@app.route("/")\ndef index():\n    global hits\n    hits += 1\n    return str(hits)\n',
        at: [10],
      },
      {
        files: 'from flask import Flask\n\napp = Flask(__name__)\napp.config["SESSION_TYPE"] = "filesystem"\n',
        at: [4],
      },
    ],
    good: [
      'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.post("/orders")\ndef place(order: dict):\n    seen = {}\n    seen["order"] = order\n    return seen\n',
      {
        files: 'CACHE = {}\n\n\ndef remember(key, value):\n    CACHE[key] = value\n',
        note: 'Who calls this, and whether it may be lost, is not known.',
      },
      {
        files: 'if SESSION_FILE_PATH is not None:\n    SESSION_ENGINE = "django.contrib.sessions.backends.file"\n',
        note: 'A choice of those who run it.',
      },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/FastAPI|APIRouter|Flask|Blueprint|SESSION/.test(module.text)) continue;
      const isState = (expression: Expression): boolean => {
        if (expression.kind !== 'name' || /cache|registry/i.test(expression.name)) return false;
        const binding = module.bindings.get(expression.name);
        return binding?.kind === 'value' && ['dict', 'list', 'set'].includes(binding.value.kind);
      };
      const isLocal = (name: string, handler: { readonly parameters: readonly { readonly name: string }[] }): boolean =>
        handler.parameters.some((parameter) => parameter.name === name) ||
        module.statements.some(
          ({ statement, scope }) =>
            statement.kind === 'assign' &&
            scope.functions.some((item) => item === handler) &&
            statement.targets.some((target) => target.kind === 'name' && target.name === name),
        );
      for (const { statement, scope } of module.statements) {
        if (statement.kind !== 'assign') continue;
        const handler = handlerAround(scope);
        for (const target of statement.targets) {
          const key = target.kind === 'subscript' ? target.items[0] : undefined;
          const setting = target.kind === 'name' ? target.name : key?.kind === 'string' ? key.parts[0] : undefined;
          const value = statement.value?.kind === 'string' ? statement.value.parts[0] : undefined;
          if (
            !scope.conditional &&
            ((setting === 'SESSION_TYPE' && value === 'filesystem') ||
              (setting === 'SESSION_ENGINE' && value === 'django.contrib.sessions.backends.file'))
          )
            report('sessions', module.at(statement.value ?? target));
          if (!handler) continue;
          if (
            target.kind === 'subscript' &&
            isState(target.object) &&
            !isLocal(dottedName(target.object) ?? '', handler)
          )
            report('kept', module.at(target.object), { handler: handler.name, name: dottedName(target.object) ?? '' });
          if (
            target.kind === 'name' &&
            globalsOf(module, handler).has(target.name) &&
            statement.augmented !== undefined
          )
            report('kept', module.at(target), { handler: handler.name, name: target.name });
        }
      }
      for (const { call, scope } of module.calls) {
        const handler = handlerAround(scope);
        if (!handler || call.callee.kind !== 'attribute' || !CHANGES.has(call.callee.name)) continue;
        const { object } = call.callee;
        if (isState(object) && !isLocal(dottedName(object) ?? '', handler))
          report('kept', module.at(object), { handler: handler.name, name: dottedName(object) ?? '' });
      }
    }
  },
});

function globalsOf(
  module: Parameters<typeof servingModules>[0]['sources'][number],
  handler: { readonly range: { readonly start: number; readonly end: number } },
): ReadonlySet<string> {
  const text = module.file.slice(handler.range);
  return new Set([...text.matchAll(/^\s*global\s+([\w, ]+)/gm)].flatMap((match) => (match[1] ?? '').split(/[,\s]+/)));
}
