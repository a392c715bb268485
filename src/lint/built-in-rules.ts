import type { Preset, Severity } from './rule.ts';

/** A rule of the engine itself: about files that cannot be read, and about suppressions. */
export interface BuiltInRule {
  readonly id: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly preset: Preset;
  readonly why: string;
}

const kinds = ['dockerfile', 'compose', 'kubernetes', 'pipeline', 'python'] as const;

/** The engine's own rules. They are configured like any other. */
export const builtInRules: readonly BuiltInRule[] = [
  ...kinds.map(
    (kind): BuiltInRule => ({
      id: `${kind}/parses`,
      summary: 'The file can be read',
      severity: 'error',
      preset: 'recommended',
      why: 'What cannot be read cannot be checked, and the tool that uses the file will most likely refuse it too. The finding stands for all that the other rules could not look at.',
    }),
  ),
  {
    id: 'suppression/used',
    summary: 'A suppression suppresses something',
    severity: 'warning',
    preset: 'recommended',
    why: 'A suppression that no longer matches anything hides the next finding of that rule at that place, and misleads readers about what is wrong there.',
  },
  {
    id: 'suppression/has-reason',
    summary: 'A suppression states its reason',
    severity: 'warning',
    preset: 'strict',
    why: 'Without a reason nobody can tell later whether the exception still holds.',
  },
  {
    id: 'suppression/not-expired',
    summary: 'A suppression has not expired',
    severity: 'warning',
    preset: 'recommended',
    why: 'The date was set so that somebody looks again. From that day on the suppression has no effect.',
  },
  {
    id: 'suppression/names-a-rule',
    summary: 'A suppression names a rule that exists',
    severity: 'warning',
    preset: 'recommended',
    why: 'A misspelt rule suppresses nothing, and nobody notices until the finding comes up.',
  },
];
