import type { BuiltInRule } from '../built-in-rules.ts';
import type { Finding } from '../finding.ts';
import type { Severity } from '../rule.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly findings: readonly Finding[];
  /** Files that were looked into. */
  readonly files: number;
  readonly suppressed: number;
  /** Findings that the baseline knows. */
  readonly known: number;
  /** Baseline entries that nothing matches any more. */
  readonly stale: number;
  /** Findings that `--fix` mended. */
  readonly fixed: number;
  /** The rules that ran, those with findings at least. */
  readonly rules: readonly BuiltInRule[];
  /** This tool's version. */
  readonly version: string;
  /** The system, drawn as SVG; undefined where there is nothing to draw. */
  readonly drawing?: string | undefined;
}

/** How many findings there are of each severity. */
export type Counts = Readonly<Record<`${Severity}s`, number>> & { readonly fixable: number };

/** Colours and links, which the terminal offers or not. */
export interface Style {
  readonly paint: Readonly<Record<'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'cyan', (text: string) => string>>;
  /** Whether the terminal shows hyperlinks (OSC 8). */
  readonly links: boolean;
}

/** One output format. */
export type Report = (input: ReportInput, style: Style) => string;

/** Counts findings. */
export function countFindings(findings: readonly Finding[]): Counts {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: of('error'),
    warnings: of('warning'),
    infos: of('info'),
    fixable: findings.filter((finding) => finding.fix.length > 0).length,
  };
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
