import { describe, expect, it } from 'vitest';
import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { toDot } from '../../src/graph/dot.ts';
import { graphOf } from '../../src/graph/graph.ts';
import { toMermaid } from '../../src/graph/mermaid.ts';
import { toSvg } from '../../src/graph/svg.ts';
import { systemOf } from '../../src/system/system.ts';
import { treeOf } from '../../src/tree/tree.ts';

const files = {
  'orders/requirements.txt': 'fastapi==0.115.0\n',
  'orders/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/livez")\ndef livez(): ...\n',
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n',
  'payments/requirements.txt': 'flask==3.0.0\n',
  'payments/app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  'payments/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\nCMD gunicorn -b :9000 app:app\n',
  'compose.yaml':
    'services:\n  orders:\n    build: orders\n    environment:\n      PAYMENTS_URL: http://payments:9000\n      DATABASE_URL: postgresql://orders@db/orders\n  payments:\n    build: payments\n',
};

describe('graphOf', () => {
  it('draws services, stores and calls with the places that say so', async () => {
    const graph = graphOf(systemOf(await openRepository(treeSource(treeOf(files)))));
    expect(graph.nodes).toEqual([
      { id: 'database db/orders', kind: 'database', label: 'db/orders', details: [] },
      { id: 'service orders', kind: 'service', label: 'orders', details: ['listens on 8000', '1 routes'] },
      { id: 'service payments', kind: 'service', label: 'payments', details: ['listens on 9000'] },
    ]);
    expect(graph.edges).toEqual([
      {
        from: 'service orders',
        to: 'database db/orders',
        kind: 'stores',
        label: 'postgresql',
        places: ['compose.yaml:6'],
      },
      { from: 'service orders', to: 'service payments', kind: 'calls', label: 'http', places: ['compose.yaml:5'] },
    ]);
    expect(toMermaid(graph)).toContain('n1 -- "http" --> n2');
    expect(toDot(graph)).toContain(
      '"service orders" -> "service payments" [class=calls, label="http", tooltip="compose.yaml:5"];',
    );
  });

  it('is laid out as one SVG file with a style for light and dark', async () => {
    const svg = await toSvg(graphOf(systemOf(await openRepository(treeSource(treeOf(files))))));
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/class="node /g)).toHaveLength(3);
    expect(svg.match(/class="edge /g)).toHaveLength(2);
    expect(svg).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });
});
