import { createHash, type Hash } from 'node:crypto';
import type { Tree } from './tree.ts';

/** A hash over the paths, modes and contents of a tree; the order of its files counts. */
export function hashTree(tree: Tree, algorithm: 'sha1' | 'sha256'): Hash {
  const hash = createHash(algorithm);
  for (const [path, { content, mode }] of tree) {
    const bytes = Buffer.from(content);
    hash.update(`${path}\0${mode.toString(8)}\0${bytes.length}\0`).update(bytes);
  }
  return hash;
}
