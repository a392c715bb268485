import { readFile, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { emptyDisk, runIn } from '../support/cli.ts';

const shop = {
  '/disk/orders/requirements.txt': 'fastapi==0.120.0\n',
  '/disk/orders/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/livez")\ndef livez(): ...\n',
  '/disk/orders/Dockerfile':
    'FROM python:3.13-slim\nCOPY . .\nEXPOSE 9000\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n',
  '/disk/compose.yaml':
    'services:\n  orders:\n    build: orders\n    environment:\n      DATABASE_URL: postgresql://orders@db/orders\n',
};

describe('msvc graph', () => {
  it.each([
    ['mermaid', 'flowchart LR\n  n0[("db/orders")]'],
    ['dot', 'digraph system {'],
    ['json', '{\n  "nodes": ['],
    ['svg', '<svg '],
    ['html', '<!doctype html>'],
  ])('writes %s', async (format, start) => {
    const { code, out } = await runIn({ fs: emptyDisk(shop) }, 'msvc', 'graph', '--format', format);
    expect([code, out.slice(0, start.length)]).toEqual([0, start]);
  });

  it('opens a page, or says where it is', async () => {
    const opened: string[][] = [];
    const processes = {
      run: async (command: string, args: readonly string[]) => {
        opened.push([command, ...args]);
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    };
    const { code, err } = await runIn({ fs: emptyDisk(shop), processes }, 'msvc', 'graph', '--open');
    expect(code).toBe(0);
    const page = await readFile(err.trim(), 'utf8');
    expect(opened[0]?.at(-1)).toBe(err.trim());
    expect(page).toContain('"label":"db/orders"');
    const without = await runIn({ fs: emptyDisk(shop) }, 'msvc', 'graph', '--open');
    expect(without.code).toBe(2);
    expect(without.err).toContain('Open the page yourself:');
    for (const text of [err, without.err]) await rm(/\S+system\.html/.exec(text)?.[0] ?? '', { force: true });
  });

  it('is drawn into the HTML report of msvc lint', async () => {
    const { out } = await runIn({ fs: emptyDisk(shop) }, 'msvc', 'lint', '--format', 'html');
    expect(out).toContain('<svg ');
    expect(
      (await runIn({ fs: emptyDisk({ '/disk/a.md': '' }) }, 'msvc', 'lint', '--format', 'html')).out,
    ).not.toContain('<svg ');
  });

  it('writes to a file, and draws an empty folder too', async () => {
    const fs = emptyDisk({ '/disk/README.md': '# x\n' });
    const { code, out } = await runIn({ fs }, 'msvc', 'graph', '--format', 'svg', '--output', 'system.svg');
    expect([code, out]).toEqual([0, '']);
    expect(new TextDecoder().decode(fs.readFileSync('/disk/system.svg'))).toMatch(/^<svg /);
  });
});

describe('msvc explain --facts', () => {
  it('shows both sides of what a rule compares, each with its place, and what the rule says of them', async () => {
    const { code, out } = await runIn(
      { fs: emptyDisk(shop) },
      'msvc',
      'explain',
      'system/listen-port-exposed',
      '--facts',
    );
    expect(code).toBe(0);
    expect(out).toContain('- the image listens on 0.0.0.0:8000 (orders/Dockerfile:4)\n');
    expect(out).toContain('- orders/Dockerfile:3 EXPOSE names 9000, but the server binds 8000 (orders/Dockerfile:4)');
  });

  it('says that nothing could be read', async () => {
    const fs = emptyDisk({ '/disk/README.md': '# x\n' });
    const { out } = await runIn({ fs }, 'msvc', 'explain', 'system/probe-route-exists', '--facts');
    expect(out).toContain('so it stays silent');
  });
});
