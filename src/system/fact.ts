import type { Location } from '../artifacts/source-file.ts';

/** A value with the place that says so. */
export interface Fact<Value> extends Location {
  readonly value: Value;
}

/** States a fact. */
export function fact<Value>(value: Value, { file, range }: Location): Fact<Value> {
  return { value, file, range };
}

/** `src/main.py:12`, for messages that name where a fact comes from. */
export function placeOf({ file, range }: Location): string {
  return `${file.path}:${file.position(range.start).line}`;
}
