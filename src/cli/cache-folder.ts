import { join } from 'node:path';
import type { Context } from './context.ts';

/**
 * The folder for what can be made again (XDG Base Directory Specification, `XDG_CACHE_HOME`; `LOCALAPPDATA` on Windows).
 *
 * @returns undefined where the user has none
 */
export function cacheFolder({ env }: Pick<Context, 'env'>): string | undefined {
  const folder = env.XDG_CACHE_HOME || env.LOCALAPPDATA || (env.HOME ? join(env.HOME, '.cache') : undefined);
  return folder === undefined ? undefined : join(folder, 'create-microservice');
}
