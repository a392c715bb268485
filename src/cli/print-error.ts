import { type Place, UserError } from '../tree/user-error.ts';
import type { ExitCode, Terminal } from './context.ts';

const REPORT_URL = 'https://github.com/create-microservice/create-microservice/issues';

/** Thrown where a person pressed Ctrl-C: nothing to print, exit code 130. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted');
    this.name = 'InterruptedError';
  }
}

/**
 * Prints what a command threw: a person's mistake tersely, ours with how to report it.
 *
 * @returns the exit code that goes with it
 */
export function printError(
  error: unknown,
  { err, paintErr }: Terminal,
  { version, verbose }: { readonly version: string; readonly verbose: boolean },
): ExitCode {
  if (error instanceof InterruptedError) {
    err('\n');
    return 130;
  }
  if (error instanceof UserError) {
    err(`${paintErr.red('error')} ${formatPlace(error.place)}${error.message}\n`);
    if (error.remedy !== undefined) err(`      ${error.remedy}\n`);
    if (verbose && error.cause !== undefined) err(`${String(stackOf(error.cause))}\n`);
    return 2;
  }
  err(`${paintErr.red('internal error')} ${stackOf(error)}\n`);
  err(
    `      This is a mistake in create-microservice ${version} (node ${process.versions.node}, ${process.platform}).\n`,
  );
  err(`      Report it with the lines above and the command: ${REPORT_URL}\n`);
  return 2;
}

/** `file:line:column: `, as far as it is known. */
export function formatPlace(place: Place | undefined): string {
  if (place === undefined) return '';
  return `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(':')}: `;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
