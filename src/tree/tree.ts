/** The two modes git knows for a regular file. */
export type FileMode = 0o644 | 0o755;

/** One file of a tree. Text is kept as a string; anything that is not valid UTF-8 as bytes. */
export interface TreeFile {
  readonly content: string | Uint8Array;
  readonly mode: FileMode;
  /** Set where the order of the lines does not matter, as in a list to which branches add. */
  readonly unordered?: true;
}

/**
 * An in-memory file tree: relative path with `/` separators → file. What rendering returns, what linting reads and
 * what tests look at.
 */
export type Tree = ReadonlyMap<string, TreeFile>;

/**
 * Builds a tree from path → text, every file with mode 0644, in sorted order.
 *
 * @param files relative path → content
 */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const entries = Object.entries(files).map(([path, content]): [string, TreeFile] => [path, { content, mode: 0o644 }]);
  return new Map(entries.sort(([left], [right]) => compareText(left, right)));
}

/** Orders two strings by code unit, the same on every machine and in every locale. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
