import { describe, expect, it } from 'vitest';
import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { metricNames } from '../../src/system/promql.ts';
import { type Service, systemOf } from '../../src/system/system.ts';
import { treeOf } from '../../src/tree/tree.ts';

/** The one service of a repository. */
async function serviceOf(files: Readonly<Record<string, string>>): Promise<Service> {
  const [service] = systemOf(await openRepository(treeSource(treeOf(files)))).services;
  if (!service) throw new Error('no service was found');
  return service;
}

const image = (command: string): string => `FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ${command}\n`;

describe('FastAPI', async () => {
  const service = await serviceOf({
    'requirements.txt': 'fastapi==0.120.0\n',
    'main.py':
      'from fastapi import APIRouter, FastAPI\n\napp = FastAPI(docs_url=None, redoc_url=None)\nrouter = APIRouter(prefix="/orders")\n\n\n@router.get("/{id}")\ndef order(id: str): ...\n\n\napp.include_router(router, prefix="/api/v1")\n',
    'settings.py':
      'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings, env_prefix="SHOP_"):\n    database_url: str\n    port: int = 9000\n\n\nsettings = Settings()\n',
    Dockerfile: image('["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "9000", "--workers", "2"]'),
  });

  it('has routes with their prefixes', () => {
    expect(service.routes.complete).toBe(true);
    expect(service.routes.routes.map(({ methods, path }) => [...methods, path].join(' '))).toEqual([
      'GET /openapi.json',
      'GET /api/v1/orders/*',
    ]);
  });

  it.each([
    ['[*router.routes]', ['GET /openapi.json', 'GET /orders/*']],
    ['[*router.routes, *others()]', ['GET /openapi.json', 'GET /orders/*', '/**']],
  ])('is made with routes=%s', async (routes, expected) => {
    const made = await serviceOf({
      'requirements.txt': 'fastapi==0.120.0\n',
      'main.py': `from fastapi import APIRouter, FastAPI\n\nrouter = APIRouter(prefix="/orders")\n\n\n@router.get("/{id}")\ndef order(id: str): ...\n\n\napp = FastAPI(docs_url=None, redoc_url=None, routes=${routes})\n`,
      Dockerfile: image('["uvicorn", "main:app"]'),
    });
    expect(made.routes.routes.map(({ methods, path }) => [...methods, path].join(' '))).toEqual(expected);
  });

  it('reads settings by prefix, required without a default', () => {
    expect(service.settings.settings.map(({ variables, required }) => [variables[0], required])).toEqual([
      ['SHOP_DATABASE_URL', true],
      ['SHOP_PORT', false],
    ]);
  });

  it('is started by uvicorn', () => {
    const { start } = service.runtimes[0] ?? {};
    expect([start?.program, start?.host?.value, start?.port?.value, start?.workers?.value]).toEqual([
      'uvicorn',
      '0.0.0.0',
      9000,
      2,
    ]);
  });
});

describe('Flask', async () => {
  const service = await serviceOf({
    'requirements.txt': 'flask==3.1.0\n',
    'app.py':
      'import os\n\nfrom flask import Blueprint, Flask\n\norders = Blueprint("orders", __name__, url_prefix="/orders")\n\n\n@orders.route("/<int:id>", methods=["GET", "DELETE"])\ndef order(id): ...\n\n\napp = Flask(__name__)\napp.register_blueprint(orders)\nDATABASE_URL = os.environ["DATABASE_URL"]\nDEBUG = os.getenv("DEBUG", "0")\n',
    Dockerfile: image('gunicorn --bind :5000 --workers 3 app:app'),
  });

  it('has the routes of blueprints', () => {
    expect(service.routes.routes.map(({ methods, path }) => [...methods, path].join(' '))).toEqual([
      'GET DELETE /orders/*',
    ]);
  });

  it('reads os.environ', () => {
    expect(service.settings.settings.map(({ variables, required }) => [variables[0], required])).toEqual([
      ['DATABASE_URL', true],
      ['DEBUG', false],
    ]);
  });

  it('is started by gunicorn', () => {
    const { start } = service.runtimes[0] ?? {};
    expect([start?.program, start?.port?.value, start?.workers?.value, start?.application?.value]).toEqual([
      'gunicorn',
      5000,
      3,
      'app:app',
    ]);
  });
});

describe('Django', async () => {
  const service = await serviceOf({
    'requirements.txt': 'django==5.2\ndjango-environ==0.12.0\n',
    'manage.py': 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    'shop/__init__.py': '',
    'shop/settings.py':
      'import environ\n\nenv = environ.Env()\nROOT_URLCONF = "shop.urls"\nSECRET_KEY = env("SECRET_KEY")\n',
    'shop/urls.py':
      'from django.urls import include, path\n\nurlpatterns = [path("livez", live), path("orders/", include("orders.urls"))]\n',
    'orders/__init__.py': '',
    'orders/urls.py': 'from django.urls import path\n\nurlpatterns = [path("<int:id>/", order)]\n',
    Dockerfile: image('["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]'),
  });

  it('has the routes of included modules', () => {
    const paths = service.routes.routes.map(({ path }) => path.replace(/\/$/, ''));
    expect(paths).toEqual(expect.arrayContaining(['/livez', '/orders/*']));
  });

  it('reads django-environ', () => {
    expect(service.settings.settings.map(({ variables }) => variables[0])).toContain('SECRET_KEY');
  });

  it('is started by gunicorn', () => {
    const { start } = service.runtimes[0] ?? {};
    expect([start?.program, start?.port?.value]).toEqual(['gunicorn', 8000]);
  });
});

describe('Django Ninja', async () => {
  const service = await serviceOf({
    'requirements.txt': 'django==6.1\ndjango-ninja==1.7.1\n',
    'shop/__init__.py': '',
    'shop/settings.py': 'ROOT_URLCONF = "shop.urls"\n',
    'shop/urls.py':
      'from django.urls import path\n\nfrom .api import Api\nfrom .orders import router\n\napi = Api("shop")\napi.add_router("/v1/orders", router)\n\nurlpatterns = [path("livez", live), path("api/", api.urls)]\n',
    'shop/api.py': 'from ninja import NinjaAPI\n\n\nclass Api(NinjaAPI): ...\n',
    'shop/orders.py':
      'from ninja import Router\n\nrouter = Router()\n\n\n@router.get("")\ndef orders(request): ...\n\n\n@router.delete("/{order_id}")\ndef remove(request, order_id: int): ...\n',
    Dockerfile: image('["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]'),
  });

  it('has the routes of routers where the URL configuration mounts them', () => {
    expect(service.routes.complete).toBe(true);
    expect(service.routes.routes.map(({ methods, path }) => [...methods, path].join(' '))).toEqual([
      '/livez',
      'GET /api/openapi.json',
      'GET /api/docs',
      'GET /api/v1/orders',
      'DELETE /api/v1/orders/*',
    ]);
  });
});

describe('metricNames', () => {
  it.each([
    ['rate(orders_total[5m])', ['orders_total']],
    ['sum by (le, job) (rate(x_bucket{job="a{b}"}[5m])) > 1', ['x_bucket']],
    ['a / on (instance) group_left (node) b', ['a', 'b']],
    ['histogram_quantile(0.99, sum(rate(y_bucket[$__rate_interval])) by (le))', ['y_bucket']],
    ['up == 0 and on() vector(1) offset 5m', ['up']],
  ])('finds the metrics of %s', (expression, names) => {
    expect(metricNames(expression).map(({ name }) => name)).toEqual(names);
  });
});
