/** Where in a file a mistake is: 1-based line and column (UTF-16 units). */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * A mistake that the user can mend. Printed tersely as `file:line:column: message` and the remedy, exit code 2.
 * Anything else that is thrown is a bug of ours.
 */
export class UserError extends Error {
  readonly place: Place | undefined;
  readonly remedy: string | undefined;

  /**
   * @param message what is wrong, as a fact
   * @param details where it is and what to do about it
   */
  constructor(
    message: string,
    details: {
      readonly place?: Place | undefined;
      readonly remedy?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'UserError';
    this.place = details.place;
    this.remedy = details.remedy;
  }
}

/** What an action gives, or something else where it is refused with a {@link UserError}. */
export function unlessRefused<Result, Otherwise>(action: () => Result, otherwise: Otherwise): Result | Otherwise {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) return otherwise;
    throw error;
  }
}
