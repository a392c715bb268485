import type { PythonModule } from '../../../artifacts/python/module.ts';
import type { PythonProject } from '../../../artifacts/python/project.ts';
import type { FunctionStatement } from '../../../artifacts/python/syntax.ts';
import { routesOf } from '../../../system/routes.ts';

/** A function that answers a health check. */
export interface HealthHandler {
  readonly path: string;
  readonly module: PythonModule;
  readonly statement: FunctionStatement;
}

/** The handlers of routes whose path matches. */
export function healthHandlers(project: PythonProject, paths: RegExp): readonly HealthHandler[] {
  const found = new Map<FunctionStatement, HealthHandler>();
  for (const route of routesOf(project).routes)
    if (route.handler && paths.test(route.path))
      found.set(route.handler.statement, { path: route.path, ...route.handler });
  return [...found.values()];
}

/** Paths by which liveness is asked for. */
export const LIVE = /(^|\/)(livez?|liveness|alive|health\/live|healthz\/live)\/?$/;
/** Paths by which readiness is asked for. */
export const READY = /(^|\/)(readyz?|readiness|health\/ready|healthz\/ready)\/?$/;
