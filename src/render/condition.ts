import { OPTIONS } from '../spec/options.ts';
import { isSingleService, type Service, type Workspace } from '../spec/workspace.ts';
import type { FeatureManifest } from './feature.ts';

/** What a `when` is asked against: condition key → the values that hold. */
export type Facts = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether a feature applies where these facts hold: all that it names, or all of one of several conditions. */
export function applies(when: FeatureManifest['when'], facts: Facts): boolean {
  return when.some((condition) =>
    Object.entries(condition).every(([key, wanted]) => {
      const values = facts.get(key) ?? new Set();
      return [wanted ?? []].flat().some((value) => values.has(String(value)));
    }),
  );
}

/**
 * The facts of a workspace, where a service's option has the values of all its services, or of one service.
 *
 * @param services all of them, or the one
 */
export function factsOf(workspace: Workspace, services: readonly Service[]): Facts {
  const facts = new Map<string, ReadonlySet<string>>();
  for (const option of OPTIONS) facts.set(option.name, new Set(valuesOf(option.name, workspace, services)));
  facts.set('layout', new Set([isSingleService(workspace) ? 'single' : 'multi']));
  facts.set('owners', new Set([String([workspace, ...services].some(({ owners }) => owners.length > 0))]));
  for (const list of ['calls', 'publishes', 'subscribes'] as const) {
    facts.set(list, new Set([String(services.some((service) => service[list].length > 0))]));
  }
  return facts;
}

/** The values of one option in a workspace: the workspace's own, or those of the given services. */
export function valuesOf(
  option: (typeof OPTIONS)[number]['name'],
  workspace: Workspace,
  services: readonly Service[],
): readonly string[] {
  switch (option) {
    case 'framework':
    case 'database':
    case 'cache':
    case 'broker':
    case 'pattern':
    case 'python':
      return services.map((service) => service[option]);
    case 'base-image':
      return services.map((service) => service.baseImage);
    case 'config-service':
      return [workspace.configService];
    case 'ci':
      return workspace.ci.length === 0 ? ['none'] : workspace.ci;
    case 'deploy':
    case 'strategy':
    case 'gateway':
    case 'logs':
    case 'monitoring':
    case 'tracing':
      return [workspace[option]];
  }
}
