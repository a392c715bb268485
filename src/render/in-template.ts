import { UserError } from '../tree/user-error.ts';

/** Runs something that belongs to a template, so that what it throws names the template. */
export function inTemplate<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof UserError && cause.place !== undefined) throw cause;
    const remedy = cause instanceof UserError && cause.remedy !== undefined ? { remedy: cause.remedy } : {};
    throw new UserError((cause as Error).message, { place: { file: name }, cause, ...remedy });
  }
}
