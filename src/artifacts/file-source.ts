import { compareText, type Tree } from '../tree/tree.ts';

/** The files to look at, handed in by the caller: a folder on a disk, or a tree in memory. */
export interface FileSource {
  /** Relative paths with `/` separators, sorted by code unit. */
  readonly paths: readonly string[];
  /** The bytes (or already decoded text) of a file; undefined when it cannot be read. */
  read(path: string): Uint8Array | string | undefined;
  /** The size in bytes, known without reading; undefined when there is no such file. */
  size(path: string): number | undefined;
}

/** Offers a tree as a source of files. */
export function treeSource(tree: Tree): FileSource {
  return {
    paths: [...tree.keys()].sort(compareText),
    read: (path) => tree.get(path)?.content,
    size: (path) => tree.get(path)?.content.length,
  };
}
