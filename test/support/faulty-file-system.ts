import type { FileSystem } from '../../src/tree/file-system.ts';

/** Thrown by a file system that plays a killed process: nothing after it reaches the disk. */
export class Killed extends Error {}

const WRITING = ['writeFileSync', 'mkdirSync', 'renameSync', 'unlinkSync', 'rmdirSync', 'chmodSync'] as const;

/**
 * A file system that fails.
 *
 * @param fs the one behind it
 * @param fault called before each operation that writes, with its number from 0; throws where it shall fail
 * @returns the file system and a count of the writing operations so far
 */
export function faulty(
  fs: FileSystem,
  fault: (operation: number, name: string) => void,
): { readonly fs: FileSystem; readonly count: () => number } {
  let operations = 0;
  const wrapped: Record<string, unknown> = {};
  for (const name of ['readFileSync', 'readdirSync', 'lstatSync', 'readlinkSync', 'realpathSync'] as const) {
    wrapped[name] = (fs[name] as (...args: unknown[]) => unknown).bind(fs);
  }
  for (const name of WRITING) {
    wrapped[name] = (...args: unknown[]) => {
      fault(operations++, name);
      return (fs[name] as (...values: unknown[]) => unknown).apply(fs, args);
    };
  }
  return { fs: wrapped as unknown as FileSystem, count: () => operations };
}

/** A file system whose process is killed at the given writing operation, and at every one after it. */
export function killedAt(fs: FileSystem, at: number): FileSystem {
  return faulty(fs, (operation) => {
    if (operation >= at) throw new Killed(`killed at operation ${operation}`);
  }).fs;
}

/** An error as node throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
