import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService, unknownStart } from './_examples.ts';
import { says } from './_ports.ts';

export const noReloadInImage = defineRule({
  id: 'system/no-reload-in-image',
  summary: 'The image starts its server without reloading or debugging',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A reloading server watches every file, runs a second process, drops connections when a file changes and does not pass signals on as a server does; a development server is not made for load or for strangers.',
  source: 'https://www.uvicorn.org/settings/#development',
  messages: {
    reload: {
      text: 'The image starts its server in reload or debug mode',
      remedy: 'Leave the flag to a command for the desk, for example in compose.override.yaml.',
    },
    development: { text: 'The image starts a development server', remedy: 'Start {instead}.' },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('"8000"]', '"8000", "--reload"]') },
        at: ['Dockerfile:5'],
      },
      {
        files: {
          'requirements.txt': 'django==5.2\n',
          Dockerfile: `
            FROM python:3.13-slim
            COPY . .
            CMD python manage.py runserver 0.0.0.0:8000
          `,
        },
        at: ['Dockerfile:3'],
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.override.yaml': 'services: { orders: { build: ., command: uvicorn app.main:app --reload } }\n',
        },
      },
      {
        files: { ...fastapiService, Dockerfile: unknownStart.replace('--port $PORT', '$UVICORN_FLAGS') },
        note: 'What the variable holds is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { kind, start, image, service } of runtimes) {
      if (kind !== 'image' || !start || !image?.stage) continue;
      if (/dev|local|test/i.test(image.dockerfile.file.path)) continue;
      // A stage that Compose picks for the desk is not what is shipped.
      const related = [says(image.stage.from, `The image of ${service.name}`)];
      if (start.program === 'django')
        report('development', start, { instead: 'gunicorn, uvicorn or granian' }, { related });
      else if (start.program === 'flask' && !start.reload)
        report('development', start, { instead: 'gunicorn or waitress' }, { related });
      else if (start.reload) report('reload', start.reload, {}, { related });
    }
  },
});
