/** What is known of a path without following it. */
export interface FileStatus {
  readonly mode: number;
  readonly size: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/**
 * The disk as the core sees it: the few synchronous calls of `node:fs` that reading a tree and applying a plan need.
 * `node:fs` and memfs both satisfy it as they are. Synchronous, because a tree is small, each call is a fraction of a
 * millisecond, and an interrupt then never lands between two of them in our own code.
 */
export interface FileSystem {
  readFileSync(path: string): Uint8Array;
  writeFileSync(path: string, data: string | Uint8Array, options?: { readonly flag?: string }): void;
  readdirSync(path: string): string[];
  lstatSync(path: string): FileStatus;
  mkdirSync(path: string, options?: { readonly recursive?: boolean }): unknown;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  rmdirSync(path: string): void;
  chmodSync(path: string, mode: number): void;
  readlinkSync(path: string): string;
  realpathSync(path: string): string;
}
