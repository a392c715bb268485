import { dirname, join } from 'node:path';
import process from 'node:process';
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

/** Writes a file of the cache, whole or not at all. A read-only home is no reason to fail. */
export function writeCacheFile({ fs }: Pick<Context, 'fs'>, file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(dirname(file), { recursive: true });
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, file);
  } catch {
    // What cannot be kept is made again.
  }
}
