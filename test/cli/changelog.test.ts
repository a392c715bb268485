import { describe, expect, it } from 'vitest';
import { changelog, changesSince } from '../../src/cli/changelog.ts';

const TEXT = `# Changelog

About the format.

## Unreleased

## [1.2.0] - 2026-03-01

- Redis

## [1.1.0] - 2026-02-01

- Flask

## 1.0.0

- The first
`;

describe('what has changed', () => {
  it.each([
    ['1.2.0', ''],
    ['1.1.0', '## [1.2.0] - 2026-03-01\n\n- Redis'],
    ['1.0.0', '## [1.2.0] - 2026-03-01\n\n- Redis\n\n## [1.1.0] - 2026-02-01\n\n- Flask'],
  ])('since %s', (from, changes) => {
    expect(changesSince(TEXT, from)).toBe(changes);
  });

  it('is all there is for a version that is not listed', () => {
    expect(changesSince(TEXT, '0.9.0')).toContain('- The first');
    expect(changesSince(changelog(), '0.0.1')).toContain('create-microservice');
  });
});
