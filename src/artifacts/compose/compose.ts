import type { Location, SourceFile, TextRange } from '../source-file.ts';
import type { MapNode } from '../yaml/node.ts';

/** One service after override files, `extends` and merge keys. As a place it is its key. */
export interface ComposeService extends Location {
  readonly name: string;
  /** The merged definition; each value carries the place it was written at. */
  readonly root: MapNode;
  /** The folder that its relative paths start at: that of the included file where it comes from one. */
  readonly directory: string;
  /** Empty for a service that always starts. */
  readonly profiles: readonly string[];
}

/** A Compose file with its override and included files, merged as `docker compose` would. */
export interface ComposeProject extends Location {
  /** The base file. */
  readonly file: SourceFile;
  /** The files that are taken in by `include`. */
  readonly includes: readonly SourceFile[];
  /** All files that take part, the base first. */
  readonly files: readonly SourceFile[];
  readonly range: TextRange;
  /** The folder that relative paths start at, '' for the root. */
  readonly directory: string;
  /** The whole merged document. */
  readonly root: MapNode;
  readonly services: ReadonlyMap<string, ComposeService>;
  /** Whether everything was found; false when an included or extended file lies outside of what was read. */
  readonly complete: boolean;
  /**
   * Replaces `$NAME` and `${NAME:-default}` by their defaults.
   *
   * @returns undefined when a variable has no default in the file
   */
  interpolate(text: string): string | undefined;
}
