import type { PythonProject } from '../../../artifacts/python/project.ts';
import type { Application } from '../../../system/routes.ts';
import { routesOf } from '../../../system/routes.ts';
import { isService } from './_services.ts';

/** The first application of a service all of whose routes are known; undefined for any other project. */
export function knownApplication(project: PythonProject): Application | undefined {
  const table = routesOf(project);
  const own = table.routes.filter((route) => !route.builtin);
  return isService(project) && table.complete && own.length > 0 ? table.applications[0] : undefined;
}

/** Whether a word stands in any module or requirement of a project. */
export function mentions(project: PythonProject, words: RegExp): boolean {
  return (
    project.requirements.some((requirement) => words.test(requirement.name)) ||
    project.sources.some((module) => words.test(module.text))
  );
}
