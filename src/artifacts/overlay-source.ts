import { compareText } from '../tree/tree.ts';
import type { FileSource } from './file-source.ts';

/** A source with some files' texts replaced, for looking at a change before it is written. */
export function overlaySource(base: FileSource, changed: ReadonlyMap<string, string>): FileSource {
  const added = [...changed.keys()].filter((path) => base.size(path) === undefined);
  return {
    paths: added.length === 0 ? base.paths : [...base.paths, ...added].sort(compareText),
    read: (path) => changed.get(path) ?? base.read(path),
    size: (path) => changed.get(path)?.length ?? base.size(path),
  };
}
