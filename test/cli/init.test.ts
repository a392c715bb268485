import { beforeEach, describe, expect, it } from 'vitest';
import type { FileSystem } from '../../src/tree/file-system.ts';
import { emptyDisk, filesOf, type Outcome, runIn } from '../support/cli.ts';

/** Two services and a folder that is none, as people wrote them before there was a generator. */
const SHOP = {
  '.github/workflows/test.yml': 'on: push\njobs: {}\n',
  Makefile: 'test:\n\tpytest\n',
  'apps/orders/Dockerfile': 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app"]\n',
  'apps/orders/requirements.txt': 'fastapi==0.115.0\nasyncpg==0.30.0\nhttpx==0.28.0\n',
  'apps/orders/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
  'apps/Web_Shop/Dockerfile': 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD ["flask", "run"]\n',
  'apps/Web_Shop/pyproject.toml': '[project]\nname = "web"\nversion = "1"\ndependencies = ["flask>=3"]\n',
  'apps/Web_Shop/app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  'jobs/load/Dockerfile': 'FROM python:3.12\nCOPY . .\n',
  'jobs/load/requirements.txt': 'flask==3.0.0\nlocust==2.0.0\n',
  'jobs/load/locustfile.py': 'import locust\n',
  'compose.yaml':
    'services:\n  orders:\n    build: apps/orders\n    environment: { SHOP_URL: "http://web:5000" }\n  web:\n    build: apps/Web_Shop\n  prometheus:\n    image: prom/prometheus:v3\n',
};

let fs: FileSystem;
const msvc = (...argv: readonly string[]): Promise<Outcome> => runIn({ fs, cwd: '/disk/My Shop' }, 'msvc', ...argv);

beforeEach(() => {
  fs = emptyDisk(Object.fromEntries(Object.entries(SHOP).map(([path, text]) => [`/disk/My Shop/${path}`, text])));
});

describe('msvc init', () => {
  it('reads the services, what they are made of, and where it says so', async () => {
    const { code, out, err } = await msvc('init', '--dry-run', '--json');
    expect(code, err).toBe(0);
    const { spec, observations, leftOut } = JSON.parse(out);
    expect(spec).toMatchObject({
      version: 1,
      name: 'my-shop',
      python: '3.12',
      'base-image': 'slim',
      deploy: 'none',
      services: {
        orders: { path: 'apps/orders' },
        'web-shop': { path: 'apps/Web_Shop', framework: 'flask', database: 'none' },
      },
    });
    expect(spec).not.toHaveProperty('monitoring');
    expect(leftOut).toEqual([{ folder: 'jobs/load', why: 'no web framework is seen in it' }]);
    expect(observations).toContainEqual({
      service: 'orders',
      option: 'database',
      value: 'postgres',
      evidence: 'apps/orders/requirements.txt:2',
    });
    expect(spec.services.orders.calls).toEqual(['web-shop']);
    expect(observations).toContainEqual({ option: 'monitoring', value: 'prometheus', evidence: 'compose.yaml:7' });
    expect(filesOf(fs, '/disk/My Shop')).toEqual(SHOP);
  });

  it('changes no file, and neither does the sync after it; what is missing can be brought one by one', async () => {
    expect((await msvc('init')).code).toBe(0);
    const all = Object.entries(filesOf(fs, '/disk/My Shop'));
    const { 'msvc.yaml': spec, ...rest } = Object.fromEntries(all.filter(([path]) => !path.startsWith('.msvc/')));
    expect(spec).toContain('path: apps/orders');
    expect(rest).toEqual(SHOP);
    expect((await msvc('sync', '--check')).code).toBe(0);
    expect((await msvc('sync')).code).toBe(0);
    expect(filesOf(fs, '/disk/My Shop')).toMatchObject(SHOP);
    const status = JSON.parse((await msvc('status', '--json')).out) as { edited: string[]; deleted: string[] };
    expect(status.edited).toContain('apps/orders/Dockerfile');
    expect(status.deleted).toContain('apps/orders/README.md');

    expect(await msvc('restore', 'Makefile')).toMatchObject({ code: 2 });
    expect(await msvc('restore', 'apps/orders/READMY.md')).toMatchObject({ code: 2 });
    expect((await msvc('restore', 'apps/orders/README.md', 'apps/Web_Shop/tests', '--no-lock')).code).toBe(0);
    const after = filesOf(fs, '/disk/My Shop');
    expect(after).toMatchObject(SHOP);
    const brought = Object.keys(after).filter((path) => !(path in SHOP) && !/^(msvc\.yaml|\.msvc\/.*)$/.test(path));
    expect(brought).toContain('apps/orders/README.md');
    expect(
      brought
        .filter((path) => path !== 'apps/orders/README.md')
        .every((path) => path.startsWith('apps/Web_Shop/tests/')),
    ).toBe(true);
    expect((await msvc('sync', '--check')).code).toBe(0);

    expect((await msvc('undo')).code).toBe(0);
    expect(Object.keys(filesOf(fs, '/disk/My Shop'))).not.toContain('apps/orders/README.md');
  });

  it('refuses where there is a spec, or nothing to describe', async () => {
    await msvc('init');
    expect((await msvc('init')).err).toContain('msvc.yaml: it is there already');
    fs = emptyDisk({ '/disk/My Shop/Dockerfile': 'FROM golang:1.26\n' });
    const { code, err } = await msvc('init');
    expect(code).toBe(2);
    expect(err).toContain('no service is found that can be described');
    expect(filesOf(fs, '/disk/My Shop')).toEqual({ Dockerfile: 'FROM golang:1.26\n' });
  });
});
