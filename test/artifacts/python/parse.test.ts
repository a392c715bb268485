import { describe, expect, it } from 'vitest';
import { PythonModule } from '../../../src/artifacts/python/module.ts';
import { parsePython } from '../../../src/artifacts/python/parse.ts';
import { dottedName } from '../../../src/artifacts/python/syntax.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';

function moduleOf(text: string): PythonModule {
  return new PythonModule(new SourceFile('app/main.py', text));
}

describe('parsePython', () => {
  it('reads imports with aliases and levels', () => {
    const [first, second, third] = parsePython(
      'import os.path as p, sys\nfrom ..a.b import c as d, e\nfrom . import *\n',
    ).body;
    expect(first).toMatchObject({
      names: [
        { module: 'os.path', name: undefined, bound: 'p', level: 0 },
        { module: 'sys', bound: 'sys' },
      ],
    });
    expect(second).toMatchObject({
      names: [
        { module: 'a.b', level: 2, name: 'c', bound: 'd' },
        { module: 'a.b', level: 2, name: 'e', bound: 'e' },
      ],
    });
    expect(third).toMatchObject({ names: [{ module: '', level: 1, name: '*' }] });
  });

  it('reads functions with decorators, parameters and defaults', () => {
    const [statement] = parsePython(
      '@app.get("/x", status_code=201)\nasync def f(a: int = 1, *rest, b=None) -> X:\n    return a\n',
    ).body;
    expect(statement).toMatchObject({
      kind: 'function',
      name: 'f',
      async: true,
      decorators: [
        { expression: { kind: 'call', args: [{ name: undefined }, { name: 'status_code', value: { value: 201 } }] } },
      ],
      parameters: [
        { name: 'a', annotation: { name: 'int' }, default: { value: 1 } },
        { name: 'rest', star: '*' },
        { name: 'b', default: { value: null } },
      ],
      body: [{ kind: 'return', value: { name: 'a' } }],
    });
  });

  it('reads classes, annotated fields and inner classes', () => {
    const [statement] = parsePython(
      'class S(Base, metaclass=M):\n    a: str = "x"\n    b: int\n    class Config:\n        env_prefix = "X_"\n',
    ).body;
    expect(statement).toMatchObject({
      kind: 'class',
      bases: [{ value: { name: 'Base' } }, { name: 'metaclass' }],
      body: [
        { kind: 'assign', annotation: { name: 'str' }, value: { parts: ['x'] } },
        { kind: 'assign', value: undefined },
        { kind: 'class' },
      ],
    });
  });

  it('reads strings: escapes, raw, f-strings, concatenation', () => {
    const body = parsePython(
      `${String.raw`a = "x\n\x41" 'y'`}\nb = f"http://{host}:{port:d}/{{x}}"\nc = rb"\\d"\n`,
    ).body;
    expect(body.map((statement) => (statement.kind === 'assign' ? statement.value : undefined))).toMatchObject([
      { parts: ['x\nAy'] },
      { parts: ['http://', { name: 'host' }, ':', { name: 'port' }, '/{x}'] },
      { parts: ['\\d'], bytes: true },
    ]);
  });

  it('reads try, with and dicts', () => {
    const body = parsePython(
      'try:\n    a()\nexcept (A, B) as e:\n    pass\nexcept:\n    pass\nelse:\n    b()\nfinally:\n    c()\nwith open(p) as f:\n    d({"k": 1, **z})\n',
    ).body;
    expect(body).toMatchObject([
      {
        kind: 'try',
        handlers: [{ types: [{ name: 'A' }, { name: 'B' }], bound: 'e' }, { types: [] }],
        otherwise: [{}],
        final: [{}],
      },
      {
        kind: 'with',
        body: [{ value: { args: [{ value: { entries: [{ key: { parts: ['k'] } }, { key: undefined }] } }] } }],
      },
    ]);
  });

  it('tells where it stops being Python, and reads the rest', () => {
    const text = 'a = 1\ndef (:\n    pass\nb = 2\n';
    const { body, error } = parsePython(text);
    expect(error?.start).toBeGreaterThan(5);
    expect(body.at(-1)).toMatchObject({ kind: 'assign', targets: [{ name: 'b' }] });
  });

  it.each([
    'x = t"a{b}"\n',
    'def f():\n    yield\n',
    'with (open(a) as b, open(c) as d):\n    pass\n',
    'n = 20.\n',
    'x: tuple[*Ts]\n',
  ])('takes %j for Python', (text) => {
    expect(parsePython(text).error).toBeUndefined();
  });

  it('survives deep nesting', () => {
    expect(parsePython(`x = ${'('.repeat(5000)}1${')'.repeat(5000)}\n`).body).not.toHaveLength(0);
  });
});

describe('PythonModule', () => {
  it('names things as they are named outside', () => {
    const module = moduleOf(
      'import requests as r\nfrom fastapi import FastAPI as F\nimport a.b\nx = r.get(u)\ny = F()\nz = a.b.c()\nw = print()\n',
    );
    expect(module.calls.map(({ call }) => module.qualify(call.callee))).toEqual([
      'requests.get',
      'fastapi.FastAPI',
      'a.b.c',
      'print',
    ]);
  });

  it('knows the scope of each call', () => {
    const module = moduleOf(
      'for a in b:\n    f()\nif __name__ == "__main__":\n    g()\nasync def h():\n    try:\n        await i()\n    except E:\n        j()\n',
    );
    expect(
      module.calls.map(({ call, scope, parent }) => [
        dottedName(call.callee),
        scope.loop,
        scope.main,
        scope.guarded,
        scope.functions.length,
        parent?.kind,
      ]),
    ).toEqual([
      ['f', true, false, false, 0, undefined],
      ['g', false, true, false, 0, undefined],
      ['i', false, false, true, 1, 'await'],
      ['j', false, false, false, 1, undefined],
    ]);
  });
});
