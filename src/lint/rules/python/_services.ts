import type { PythonModule } from '../../../artifacts/python/module.ts';
import type { PythonProject } from '../../../artifacts/python/project.ts';

const WEB = [
  'fastapi',
  'flask',
  'django',
  'starlette',
  'apiflask',
  'quart',
  'litestar',
  'aiohttp',
  'sanic',
  'djangorestframework',
];

/** Whether a project is a web service: it demands a framework, or makes an application. */
export function isService(project: PythonProject): boolean {
  return project.requirements.some((requirement) => requirement.group === undefined && WEB.includes(requirement.name));
}

/** Modules that serve: not scripts, examples, migrations or settings for a desk. */
export function servingModules(project: PythonProject): readonly PythonModule[] {
  return project.sources.filter(
    (module) =>
      !/(^|\/)(\.[^/]+|bin|scripts?|tools?|examples?|docs?|migrations|alembic|versions|benchmarks?|notebooks?|locust[^/]*|load[-_]?tests?|management\/commands|conftest\.py|setup\.py|noxfile\.py|tasks\.py|manage\.py|cli\.py|__main__\.py|seed[^/]*\.py)(\/|$)/.test(
        project.relative(module.path),
      ),
  );
}
