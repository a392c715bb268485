import type { Location } from '../artifacts/source-file.ts';
import type { Preset, Severity } from './rule.ts';

/** What a rule is set to. */
export interface ConfiguredRule {
  readonly severity: Severity | 'off' | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** Where it is configured, for messages; undefined for the command line. */
  readonly where: Location | undefined;
}

/** All settings, those that are extended merged in. Later entries win. */
export interface LintConfig {
  readonly preset: Preset;
  readonly rules: ReadonlyMap<string, ConfiguredRule>;
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: ReadonlyMap<string, ConfiguredRule>;
  }[];
  readonly ignore: readonly string[];
  readonly baseline: string | undefined;
  readonly plugins: readonly string[];
}

/** What holds where nothing is configured. */
export const defaultConfig: LintConfig = {
  preset: 'recommended',
  rules: new Map(),
  overrides: [],
  ignore: [],
  baseline: undefined,
  plugins: [],
};

/** A location as a place of an error message. */
export function placeOf({ file, range }: Location) {
  return { file: file.path, ...file.position(range.start) };
}
