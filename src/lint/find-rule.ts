import { type BuiltInRule, builtInRules } from './built-in-rules.ts';
import type { Rule } from './rule.ts';
import { loadRules } from './rules/index.ts';

/** All rules, the engine's own included, sorted by id. */
export async function allRules(): Promise<readonly (Rule | BuiltInRule)[]> {
  return [...(await loadRules()), ...builtInRules].sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** The rules that a name stands for: an id, or a peer's id with or without its tool (`DL3006`, `hadolint:DL3006`). */
export function rulesNamed(name: string, rules: readonly (Rule | BuiltInRule)[]): readonly (Rule | BuiltInRule)[] {
  const wanted = name.toLowerCase();
  return rules.filter(
    (rule) =>
      rule.id === wanted ||
      ('peers' in rule &&
        rule.peers.some(
          (peer) => peer.toLowerCase() === wanted || peer.slice(peer.indexOf(':') + 1).toLowerCase() === wanted,
        )),
  );
}
