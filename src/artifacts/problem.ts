import type { Location } from './source-file.ts';

/** The kinds of file that are read; also the domains of the rules about one kind of file. */
export type ArtifactKind = 'dockerfile' | 'compose' | 'kubernetes' | 'pipeline' | 'python';

/** Why a file, or a part of it, could not be read. Becomes a finding of the pseudo-rule `<kind>/parses`. */
export interface Problem extends Location {
  readonly kind: ArtifactKind;
  readonly message: string;
}
