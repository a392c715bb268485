import { describe, expect, it } from 'vitest';
import { repositoryOf } from './support.ts';

describe('PythonRepository', () => {
  it('gives each module to the nearest project', () => {
    const repository = repositoryOf({
      'pyproject.toml': '',
      'tool.py': '',
      'services/a/requirements.txt': '',
      'services/a/app.py': '',
      'services/b/setup.cfg': '',
      'services/b/src/b/main.py': '',
    });
    expect(repository.projects.map(({ root, modulePaths }) => [root, modulePaths])).toEqual([
      ['', ['tool.py']],
      ['services/a', ['services/a/app.py']],
      ['services/b', ['services/b/src/b/main.py']],
    ]);
  });

  it('finds modules below src and beside the importing file', () => {
    const repository = repositoryOf({
      'pyproject.toml': '',
      'src/shop/main.py': 'import helper',
      'src/shop/helper.py': '',
      'src/shop/api/__init__.py': '',
    });
    const main = repository.module('src/shop/main.py');
    if (!main) throw new Error('no main');
    expect(repository.find('shop.api', main)?.path).toBe('src/shop/api/__init__.py');
    expect(repository.find('helper', main)?.path).toBe('src/shop/helper.py');
    expect(repository.find('requests', main)).toBeUndefined();
  });

  it('survives modules that import each other in a circle', () => {
    const repository = repositoryOf({ 'a.py': 'from b import x\n', 'b.py': 'from a import x\n' });
    const module = repository.module('a.py');
    expect(module && repository.resolve(module, 'x')).toBeUndefined();
  });
});

describe('PythonProject', () => {
  it('reads PEP 621, groups, Poetry and requirements files', () => {
    const repository = repositoryOf({
      'pyproject.toml': [
        '[project]',
        'name = "shop"',
        'requires-python = ">=3.12"',
        'dependencies = ["FastAPI[standard]>=0.115,<1", "psycopg @ https://x/y.whl"]',
        '[dependency-groups]',
        'dev = ["pytest>=8"]',
        '[tool.poetry.dependencies]',
        'uvicorn = {version = "^0.30", extras = ["standard"]}',
      ].join('\n'),
      'requirements.txt': '# comment\nflask==3.0.0 ; python_version > "3" # why\n-r more.txt\nrequests\n',
    });
    const [project] = repository.projects;
    expect(project?.name).toBe('shop');
    expect(project?.requiresPython?.text).toBe('>=3.12');
    expect(
      project?.requirements.map(({ name, clauses, group, direct, file, range }) => [
        name,
        clauses.map((c) => c.operator + c.version).join(),
        group,
        direct,
        file.slice(range),
      ]),
    ).toEqual([
      ['fastapi', '>=0.115,<1', undefined, false, '"FastAPI[standard]>=0.115,<1"'],
      ['psycopg', '', undefined, true, '"psycopg @ https://x/y.whl"'],
      ['pytest', '>=8', 'dev', false, '"pytest>=8"'],
      ['uvicorn', '^0.30', undefined, false, '{version = "^0.30", extras = ["standard"]}'],
      ['flask', '==3.0.0', undefined, false, 'flask==3.0.0 ; python_version > "3"'],
      ['requests', '', undefined, false, 'requests'],
    ]);
    expect(project?.requirementFiles[0]?.includes).toEqual([{ path: 'more.txt', constraint: false }]);
  });

  it('tells where a manifest does not parse', () => {
    const [project] = repositoryOf({ 'pyproject.toml': '[project\nname = 1\n' }).projects;
    expect(project?.pyproject).toBeUndefined();
    expect(project?.problem).toMatchObject({ range: { start: expect.any(Number) } });
  });

  it('reads lock files, also a workspace lock above', () => {
    const repository = repositoryOf({
      'uv.lock': '[[package]]\nname = "fastapi"\nversion = "0.115.0"\n',
      'services/a/pyproject.toml': '',
    });
    expect(repository.projects[0]?.lock?.packages.get('fastapi')).toBe('0.115.0');
  });
});
