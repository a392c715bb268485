import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

export const startTargetExists = defineRule({
  id: 'system/start-target-exists',
  summary: 'The application that the server is told to load exists in the code',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'A server that is pointed at a module or attribute that does not exist exits at once; the image builds, and every replica crashes in a loop.',
  source: 'https://www.uvicorn.org/deployment/',
  messages: {
    module: {
      text: 'The server loads {target}, but {project} has no module {module}',
      remedy: 'Name the module that makes the application.',
    },
    attribute: {
      text: 'The server loads {target}, but {path} binds no {attribute}',
      remedy: 'Name what the module binds the application to.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('app.main:app', 'app.main:api') },
        at: ['Dockerfile:5'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('app.main:app', 'app.server:app') },
        at: ['Dockerfile:5'],
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile } },
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('app.main:app', 'company_server.main:app') },
        note: 'The module may come from a package that is installed.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    for (const { start, service } of runtimes) {
      const target = start?.application;
      const { project } = service;
      if (!start || !target || !project || start.folder !== undefined) continue;
      const [moduleName = '', attribute] = target.value.split(':');
      const [name] = (attribute ?? '').split(/[.(]/);
      const parts = moduleName.split('.');
      const relative = parts.join('/');
      const candidates = project.modulePaths.filter((path) =>
        [`${relative}.py`, `${relative}/__init__.py`].some((end) => path === end || path.endsWith(`/${end}`)),
      );
      const [path] = candidates;
      if (path === undefined) {
        // Only a module of a package that is in the project is known to be missing.
        const owner = project.modulePaths.find(
          (item) =>
            item === `${parts[0]}/__init__.py` ||
            item.endsWith(`/${parts[0]}/__init__.py`) ||
            (parts.length > 1 && new RegExp(`(^|/)${parts[0]}/[^/]+\\.py$`).test(item)),
        );
        const text = owner;
        if (text === undefined || parts.length < 2) continue;
        const [application] = service.routes.applications;
        report(
          'module',
          target,
          { target: target.value, module: moduleName, project: project.root === '' ? 'the project' : project.root },
          application ? { related: [says(application, 'An application is made here')] } : {},
        );
        continue;
      }
      const module = candidates.length === 1 ? project.repository.module(path) : undefined;
      if (!module || name === undefined || name === '') continue;
      const dynamic =
        module.bindings.has('__getattr__') ||
        module.imports.some((imported) => imported.name === '*') ||
        module.error !== undefined ||
        /globals\(\)|setattr\(/.test(module.text);
      if (module.bindings.has(name) || dynamic) continue;
      report(
        'attribute',
        target,
        { target: target.value, path: module.path, attribute: name },
        { related: [says({ file: module.file, range: { start: 0, end: 0 } }, 'The module that is loaded')] },
      );
    }
  },
});
