import type { ServerProgram } from '../../../system/server.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

/** The distributions that bring a server's command. */
const BROUGHT_BY: Partial<Record<ServerProgram, RegExp>> = {
  uvicorn: /^(uvicorn|fastapi-cli|uvicorn-worker)$/,
  gunicorn: /^gunicorn$/,
  granian: /^granian$/,
  hypercorn: /^hypercorn$/,
  daphne: /^daphne$/,
  waitress: /^waitress$/,
};

const requirements = (...names: readonly string[]): Record<string, string> => ({
  'app/main.py': fastapiService['app/main.py'],
  'requirements.txt': names.map((name) => `${name}\n`).join(''),
  Dockerfile: dockerfile,
});

export const serverIsInstalled = defineRule({
  id: 'system/server-is-installed',
  summary: 'The server that the image starts is a dependency of the project',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A server that is installed at the desk, but stands in no list of dependencies, is missing from the image. It is built and pushed without complaint, and each container ends at once with "executable file not found".',
  source: 'https://packaging.python.org/en/latest/specifications/entry-points/',
  messages: {
    missing: {
      text: '{program} is started, but {manifest} does not declare it',
      remedy: 'Declare it as a dependency.',
    },
  },
  examples: {
    bad: [
      { files: requirements('fastapi==0.120.0'), at: ['Dockerfile:5'] },
      {
        files: {
          ...requirements('fastapi==0.120.0', 'uvicorn==0.35.0'),
          'compose.yaml': `
            services:
              orders:
                build: .
                command: gunicorn -k uvicorn_worker.UvicornWorker -b 0.0.0.0:8000 app.main:app
          `,
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      { files: requirements('fastapi==0.120.0', 'uvicorn==0.35.0') },
      { files: requirements('fastapi[standard]==0.120.0'), note: 'The extra brings uvicorn.' },
      {
        files: {
          ...requirements('fastapi==0.120.0'),
          Dockerfile: dockerfile.replace('COPY app app', 'RUN pip install uvicorn\n  COPY app app'),
        },
      },
      {
        files: {
          ...requirements('fastapi==0.120.0'),
          Dockerfile: dockerfile.replace('python:3.13-slim', 'registry.example.com/python-base:3'),
        },
        note: 'What that image brings is not known.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const { service, start, image } of runtimes) {
      const { project } = service;
      const wanted = start ? BROUGHT_BY[start.program] : undefined;
      const [first] = project?.requirements ?? [];
      if (!start || !wanted || !project || !first || !image?.stage || start.file.path.endsWith('.py')) continue;
      if (['setup.py', 'setup.cfg', 'environment.yml', 'conda.yml'].some((name) => project.has(name))) continue;
      const declared = project.requirements.some(
        ({ name, extras, direct }) =>
          wanted.test(name) || direct || (name === 'fastapi' && extras.length > 0 && start.program === 'uvicorn'),
      );
      if (declared || [...(project.lock?.packages.keys() ?? [])].some((name) => wanted.test(name))) continue;
      if (project.requirementFiles.some((file) => file.includes.length > 0)) continue;
      const { dockerfile: built } = image;
      const official = built.stages.every(
        (stage) => stage.parent !== undefined || /^(python|alpine|debian|ubuntu)$/.test(stage.image?.repository ?? ''),
      );
      const installs = built.instructions.some(
        (instruction) => instruction.keyword === 'RUN' && built.file.slice(instruction.range).includes(start.program),
      );
      const key = `${start.file.path}:${start.range.start}`;
      if (!official || installs || told.has(key)) continue;
      told.add(key);
      report(
        'missing',
        start,
        { program: start.program, manifest: first.file.path },
        { related: [says(first, `The dependencies of ${service.name}`)] },
      );
    }
  },
});
