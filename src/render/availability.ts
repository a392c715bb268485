import { OPTIONS, type Option } from '../spec/options.ts';
import type { Workspace } from '../spec/workspace.ts';
import { UserError } from '../tree/user-error.ts';
import { valuesOf } from './condition.ts';
import type { Pack } from './feature.ts';

/** The values of an option that the pack can generate, in the option's order. */
export function availableValues(option: Option, pack: Pack): readonly string[] {
  if (option.parameter === true) return option.values;
  const offered = new Set<string>();
  for (const { manifest } of pack.features) {
    for (const value of [manifest.when[option.name as keyof typeof manifest.when] ?? []].flat())
      offered.add(String(value));
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
}
