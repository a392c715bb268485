import { OPTIONS, type Option } from '../spec/options.ts';
import type { Workspace } from '../spec/workspace.ts';
import { UserError } from '../tree/user-error.ts';
import { applies, type Facts, factsOf, valuesOf } from './condition.ts';
import type { Feature, Pack } from './feature.ts';

/**
 * The values of an option that the pack can generate, in the option's order: those that some feature is for alone. One that only
 * stands among others in a `when` is foreseen there, but nobody brings it yet.
 */
export function availableValues(option: Option, pack: Pack): readonly string[] {
  if (option.parameter === true) return option.values;
  const offered = new Set<string>();
  for (const condition of pack.features.flatMap(({ manifest }) => manifest.when)) {
    const [value, ...others] = [condition[option.name as keyof typeof condition] ?? []].flat();
    if (value !== undefined && others.length === 0) offered.add(String(value));
  }
  return option.values.filter((value) => value === option.neutral || offered.has(value));
}

/**
 * Refuses a workspace that asks for what no feature brings: an option is never accepted without effect.
 *
 * @throws UserError that names the choices there are
 */
export function checkAvailable(workspace: Workspace, pack: Pack): void {
  for (const option of OPTIONS) {
    const available = availableValues(option, pack);
    const missing = valuesOf(option.name, workspace, workspace.services).find((value) => !available.includes(value));
    if (missing !== undefined) {
      throw new UserError(`no feature offers ${option.name} ${missing}`, {
        remedy: `Choose one of: ${available.join(', ')}`,
      });
    }
  }
  checkRequirements(pack, 'workspace', factsOf(workspace, workspace.services), '');
  for (const service of workspace.services) {
    checkRequirements(pack, 'service', factsOf(workspace, [service]), ` of ${service.name}`);
  }
}

/** Refuses what a feature that applies cannot work with. */
function checkRequirements({ features }: Pack, scope: Feature['manifest']['scope'], facts: Facts, of: string): void {
  for (const { manifest } of features) {
    if (manifest.scope !== scope || !applies(manifest.when, facts)) continue;
    for (const [key, wanted] of Object.entries(manifest.requires)) {
      if (applies([{ [key]: wanted }], facts)) continue;
      throw new UserError(`the ${key}${of} does not go with what else is chosen: ${manifest.description}`, {
        remedy: `Choose ${key} ${[wanted ?? []].flat().join(' or ')}.`,
      });
    }
  }
}
