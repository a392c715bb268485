import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLock, LOCK_FILE, type Lock, lockedSpec, parseLock, type Written } from '../../src/reconcile/lock.ts';
import type { FileMode } from '../../src/tree/tree.ts';
import { UserError } from '../../src/tree/user-error.ts';

const id = fc.stringMatching(/^[0-9a-f]{40}$/);
const written: fc.Arbitrary<Written> = fc.record({
  id: fc.option(id, { nil: undefined }),
  mode: fc.constantFrom<FileMode>(0o644, 0o755),
});
const path = fc.oneof(fc.stringMatching(/^[a-z.][a-z./-]{0,20}$/), fc.string({ minLength: 1, maxLength: 12 }));
const part = (spec: unknown, of: fc.Arbitrary<string | undefined>) =>
  fc.record({
    spec: fc.constant(spec),
    of,
    files: fc.uniqueArray(fc.tuple(path, written), { selector: ([key]) => key, maxLength: 5 }).map(sorted),
  });
const lock: fc.Arbitrary<Lock> = fc.record({
  tool: fc.constantFrom('1.0.0', '1.0.0-rc.1'),
  packs: fc.constantFrom([], [{ source: './ours', integrity: 'sha256-x' }]),
  ejected: fc.constantFrom([], ['Makefile']),
  workspace: part({ version: 1, name: 'shop' }, fc.constant(undefined)),
  services: fc
    .dictionary(fc.stringMatching(/^[a-z]{1,5}$/), part({ database: 'none' }, fc.option(id, { nil: undefined })))
    .map((services) => sorted(Object.entries(services))),
});

function sorted<Value>(entries: readonly [string, Value][]): Map<string, Value> {
  return new Map([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function reread(texts: ReadonlyMap<string, string>): Lock {
  const services = [...texts].flatMap(([file, text]): [string, string][] => {
    const name = /^\.msvc\/services\/(.+)\.yaml$/.exec(file)?.[1];
    return name === undefined ? [] : [[name, text]];
  });
  return parseLock(texts.get(LOCK_FILE) ?? '', new Map(services));
}

describe('the lock', () => {
  it('is read as it was written, with any line breaks', () => {
    fc.assert(
      fc.property(lock, (value) => {
        const texts = formatLock(value);
        expect(reread(texts)).toEqual(value);
        expect(reread(new Map([...texts].map(([file, text]) => [file, text.replaceAll('\n', '\r\n')])))).toEqual(value);
      }),
    );
  });

  it('joins the parts of the spec', () => {
    const [value] = fc.sample(lock, 1);
    expect(value && lockedSpec({ ...value, services: new Map() })).toEqual({ version: 1, name: 'shop', services: {} });
  });

  it.each([
    ['tool: 1\n', '.msvc/lock.yaml: the lock has no shape that this version knows'],
    ['a: [\n', '.msvc/lock.yaml: the lock is not YAML'],
    ['version: 2\ntool: 9.0.0\n', '.msvc/lock.yaml: the lock has no shape that this version knows'],
    ['version: 1\ntool: 1.0.0\nfiles:\n<<<<<<< ours\n', '.msvc/lock.yaml: "<<<<<<< ours" is no entry of a lock'],
  ])('says what is wrong with %j', (text, message) => {
    expect(mistake(() => parseLock(text, new Map()))).toBe(message);
  });

  it('says what is wrong with the lock of a service', () => {
    expect(mistake(() => parseLock('version: 1\ntool: 1.0.0\n', new Map([['orders', 'spec: {\n']])))).toBe(
      '.msvc/services/orders.yaml: the lock has no shape that this version knows',
    );
  });
});

function mistake(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return `${error.place?.file}: ${error.message}`;
    throw error;
  }
  return 'fine';
}
