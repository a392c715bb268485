import { describe, expect, it } from 'vitest';
import { evaluate, type StaticValue } from '../../../src/artifacts/python/values.ts';
import { repositoryOf } from './support.ts';

function staticValue(files: Readonly<Record<string, string>>, name = 'x'): StaticValue {
  const repository = repositoryOf(files);
  const module = repository.module('app/main.py');
  const resolved = module ? repository.resolve(module, name) : undefined;
  if (resolved?.binding.kind !== 'value') throw new Error(`${name} is not bound`);
  return evaluate(repository, resolved.module, resolved.binding.value);
}

describe('evaluate', () => {
  it('follows constants across modules', () => {
    const files = {
      'pyproject.toml': '',
      'app/__init__.py': '',
      'app/config.py': 'HOST = "db"\nPORT = 5432\n',
      'app/main.py': 'from app.config import HOST\nfrom . import config\nx = f"{HOST}:{config.PORT}"\n',
    };
    expect(staticValue(files)).toMatchObject({ kind: 'string', value: 'db:5432' });
  });

  it('keeps what it does not know apart', () => {
    expect(staticValue({ 'app/main.py': 'x = f"http://{f()}/v1"\n' })).toMatchObject({
      kind: 'template',
      parts: ['http://', { kind: 'unknown' }, '/v1'],
    });
  });

  it('takes a name that is bound twice for unknown', () => {
    expect(staticValue({ 'app/main.py': 'y = 1\ny = 2\nx = y\n' })).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['x = os.environ["P"]', { variable: 'P', required: true, reader: 'os' }],
    ['x = int(os.environ.get("P", "80"))', { variable: 'P', required: false, default: { value: '80' } }],
    ['x = os.getenv("P") or 80', { variable: 'P', required: false, default: { value: 80 } }],
    ['x = decouple.config("P", default=80, cast=int)', { variable: 'P', required: false, reader: 'decouple' }],
    ['e = environs.Env()\nx = e.int("P")', { variable: 'P', required: true, reader: 'environs' }],
    ['e = environ.Env()\nx = e("P", default="a")', { variable: 'P', required: false, reader: 'django-environ' }],
  ])('reads the environment in %s', (text, read) => {
    expect(staticValue({ 'app/main.py': `import os, decouple, environs, environ\n${text}\n` })).toMatchObject({
      kind: 'environment',
      read,
    });
  });

  it('knows a field of a settings instance', () => {
    const files = {
      'app/config.py':
        'class Settings(BaseSettings):\n    port: int = 8000\n\ndef get_settings() -> Settings:\n    return Settings()\n',
      'app/main.py': 'from app.config import get_settings\nsettings = get_settings()\nx = settings.port\n',
    };
    expect(staticValue(files)).toMatchObject({
      kind: 'field',
      name: 'port',
      owner: { statement: { name: 'Settings' } },
    });
  });
});
