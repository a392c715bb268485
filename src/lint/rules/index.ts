import type { Domain, Rule } from '../rule.ts';

/** The rules of each domain, loaded when a repository has files for them. */
const domains: Readonly<Record<Domain, () => Promise<Readonly<Record<string, Rule>>>>> = {
  dockerfile: () => import('./dockerfile/index.ts'),
  compose: () => import('./compose/index.ts'),
  kubernetes: () => import('./kubernetes/index.ts'),
  pipeline: () => import('./pipeline/index.ts'),
  python: () => import('./python/index.ts'),
  system: () => import('./system/index.ts'),
};

/** All domains that have rules. */
export const ruleDomains = Object.keys(domains) as readonly Domain[];

/**
 * Loads the rules of some domains, sorted by id.
 *
 * @param wanted the domains; all of them when left out
 */
export async function loadRules(wanted: readonly Domain[] = ruleDomains): Promise<readonly Rule[]> {
  const loaded = await Promise.all(wanted.map((domain) => domains[domain]()));
  return loaded.flatMap((rules) => Object.values(rules)).sort((left, right) => (left.id < right.id ? -1 : 1));
}
