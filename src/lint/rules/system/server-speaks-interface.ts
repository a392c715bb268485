import type { Application } from '../../../system/routes.ts';
import type { Runtime } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const flask = {
  'requirements.txt': 'flask==3.1.0\ngunicorn==23.0.0\nuvicorn==0.35.0\n',
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
};
const image = (command: string): string => `FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ${command}\n`;

export const serverSpeaksInterface = defineRule({
  id: 'system/server-speaks-interface',
  summary: 'The server speaks the interface of the application: ASGI or WSGI',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A WSGI server that loads an ASGI application, or the other way round, starts, binds its port and passes a TCP check. Every request is then answered with 500, since the application is called with the wrong arguments.',
  source: 'https://www.uvicorn.org/settings/#implementation',
  messages: {
    wsgi: {
      text: '{program} calls applications by WSGI, but {application} is an ASGI application',
      remedy: 'Start it with uvicorn, or give gunicorn a worker class that speaks ASGI.',
    },
    asgi: {
      text: '{program} calls applications by ASGI, but {application} is a WSGI application',
      remedy: 'Start it with gunicorn, or wrap it for ASGI.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: image('["gunicorn", "--bind", "0.0.0.0:8000", "app.main:app"]') },
        at: ['Dockerfile:4'],
      },
      { files: { ...flask, Dockerfile: image('["uvicorn", "app:app", "--host", "0.0.0.0"]') }, at: ['Dockerfile:4'] },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: image(
            '["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "--bind", "0.0.0.0:8000", "app.main:app"]',
          ),
        },
      },
      { files: { ...flask, Dockerfile: image('["gunicorn", "--bind", "0.0.0.0:8000", "app:app"]') } },
      {
        files: { ...flask, Dockerfile: image('["uvicorn", "app:app", "--host", "0.0.0.0", "--interface", "wsgi"]') },
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image('["gunicorn", "--bind", "0.0.0.0:8000", "app.main:app"]'),
          'gunicorn.conf.py': 'worker_class = choose()\n',
        },
        note: 'The configuration file may set the worker class.',
      },
    ],
  },
  check({ runtimes, repository }, { report }) {
    const told = new Set<string>();
    for (const runtime of runtimes) {
      const { start } = runtime;
      const application = start ? startedApplication(runtime) : undefined;
      if (!start || !application || start.file.path.endsWith('.py')) continue;
      const key = `${start.file.path}:${start.range.start}`;
      const words = start.file.slice(start.range);
      const made = application.module.qualify(application.call.callee) ?? '';
      const isAsgi = /^(fastapi|starlette|quart)\./.test(made);
      const isWsgi = /^(flask|apiflask)\./.test(made);
      const configured =
        /worker[-_]class|-k\b|uvicorn|asgi|-c\b|--config|\$/i.test(words) ||
        runtime.variables.all.has('GUNICORN_CMD_ARGS') ||
        repository.paths.some((path) => /(^|\/)gunicorn[\w.]*\.py$/.test(path));
      const wrong =
        isAsgi && ((start.program === 'gunicorn' && !configured) || start.program === 'waitress')
          ? 'wsgi'
          : isWsgi &&
              (start.program === 'uvicorn' || start.program === 'daphne') &&
              !/--interface|--factory|\$/.test(words)
            ? 'asgi'
            : undefined;
      if (!wrong || told.has(key)) continue;
      told.add(key);
      report(
        wrong,
        start,
        { program: start.program, application: withPlace(application.name, application) },
        { related: [says(application, 'The application is made here')] },
      );
    }
  },
});

/** The application that a start names, where that name stands for nothing else. */
function startedApplication({ start, service }: Runtime): Application | undefined {
  const [path, name] = start?.application?.value.split(':') ?? [];
  if (path === undefined || name === undefined) return undefined;
  const file = `${path.replaceAll('.', '/')}.py`;
  return service.routes.applications.find(({ module, name: own, call }) => {
    const binding = module.bindings.get(own);
    const isThat = binding?.kind === 'value' && binding.value === call;
    return own === name && isThat && (module.path === file || module.path.endsWith(`/${file}`));
  });
}
