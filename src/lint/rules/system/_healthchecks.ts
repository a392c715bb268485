import type { Location } from '../../../artifacts/source-file.ts';
import { routeFor } from '../../../system/routes.ts';
import { resolveText } from '../../../system/server.ts';
import type { Runtime } from '../../../system/system.ts';

/** An address of the container itself that a check asks. */
export interface LoopbackUrl extends Location {
  readonly text: string;
  /** Undefined when it is not known. */
  readonly port: number | undefined;
  readonly path: string;
}

/** Finds the loopback addresses in a stretch of a file: `http://localhost:8000/livez`. */
export function loopbackUrls(place: Location, runtime: Runtime): readonly LoopbackUrl[] {
  const text = place.file.slice(place.range);
  const found: LoopbackUrl[] = [];
  const pattern =
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(:(?:\d+|\$\{[^}]*\}|\$\w+|[^/\s"'`)]+))?(\/[^\s"'`)\\,\]]*)?/g;
  for (const match of text.matchAll(pattern)) {
    const start = place.range.start + match.index;
    const written = match[1]?.slice(1);
    const resolved =
      written === undefined
        ? '80'
        : resolveText(written, { file: place.file, ...runtime.service.context(runtime.variables) });
    const port = Number(resolved);
    const path = match[2] ?? '/';
    if (/[${}]/.test(path)) continue;
    found.push({
      text: match[0],
      port: resolved !== undefined && Number.isInteger(port) ? port : undefined,
      path,
      file: place.file,
      range: { start, end: start + match[0].length },
    });
  }
  return found;
}

/** Whether all routes of a runtime are known, under the paths by which they are asked for. */
export function hasCertainRoutes(runtime: Runtime): boolean {
  const { routes } = runtime.service;
  if (!routes.complete) return false;
  // A root path is stripped by the server or a proxy in ways that differ: then nothing is certain.
  if (routes.applications.some(({ call }) => call.args.some((argument) => argument.name === 'root_path'))) return false;
  if (['SCRIPT_NAME', 'UVICORN_ROOT_PATH', 'ROOT_PATH'].some((name) => runtime.variables.all.has(name))) return false;
  return !runtime.start || !/root[-_]path|script[-_]name/i.test(runtime.start.file.slice(runtime.start.range));
}

/** Whether a path is known to be served by nothing. */
export function isUnrouted(runtime: Runtime, path: string): boolean {
  return hasCertainRoutes(runtime) && routeFor(runtime.service.routes, path) === undefined;
}
