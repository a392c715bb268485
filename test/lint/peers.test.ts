import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/lint/rules/index.ts';

/** One file a tool: its version and where the ids stand there in the first line, then the ids. */
const folder = new URL('../fixtures/peer-ids/', import.meta.url);
const known = new Map(
  readdirSync(folder).map((name) => {
    const [, ...ids] = readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n');
    return [name.replace(/\.txt$/, ''), new Set(ids)] as const;
  }),
);
const rules = await loadRules();

describe('a peer', () => {
  it.each(rules.filter(({ peers }) => peers.length > 0).map(({ id, peers }) => [id, peers] as const))(
    'that %s names exists',
    (_id, peers) => {
      const missing = peers.filter((peer) => {
        const [tool = '', ...rest] = peer.split(':');
        return !known.get(tool)?.has(rest.join(':'));
      });
      expect(missing).toEqual([]);
    },
  );
});
