import { didYouMean } from '../spec/nearest.ts';
import { UserError } from '../tree/user-error.ts';
import { CONTRIBUTION_KINDS, type Feature, type Pack } from './feature.ts';
import { foldersOf, inFolder } from './files.ts';

/**
 * Finds what a pack's features offer to a place that no feature has, which would never be seen.
 *
 * @throws UserError with the feature's manifest
 */
export function checkPlaces(pack: Pack): void {
  checkSlots(pack);
  checkFolders(pack);
}

/** A slot that no feature of the pack offers is a slip of the pen. */
function checkSlots({ features }: Pack): void {
  const offered = new Set(features.flatMap(({ manifest }) => Object.keys(manifest.slots)));
  for (const { name, manifest } of features) {
    const slot = Object.keys(manifest.contributes).find(
      (key) => !CONTRIBUTION_KINDS.includes(key) && !offered.has(key),
    );
    if (slot !== undefined) {
      throw new UserError(`no feature offers the slot "${slot}"`, {
        place: { file: `${name}/feature.yaml` },
        remedy: didYouMean(slot, [...CONTRIBUTION_KINDS, ...offered]),
      });
    }
  }
}

/** Files for a folder that no feature of the pack declares would never be seen. */
function checkFolders({ features }: Pack): void {
  const declared = foldersOf(features);
  for (const { name, files } of features) {
    const lost = files.find(({ path }) => inFolder(path, declared) === undefined);
    if (lost !== undefined) {
      throw new UserError(`no feature declares the folder of ${lost.path}`, {
        place: { file: `${name}/feature.yaml` },
        remedy: `Name one of: ${[...declared.keys()].join(', ')}`,
      });
    }
  }
}

/**
 * Features by name, but each after those that it names in `after`.
 *
 * @throws UserError where they name each other
 */
export function inOrder(features: readonly Feature[]): readonly Feature[] {
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const ordered = new Set<Feature>();
  const visit = (feature: Feature, dependents: readonly string[]): void => {
    if (ordered.has(feature)) return;
    if (dependents.includes(feature.name)) {
      throw new UserError(`"after" goes in a circle: ${[...dependents, feature.name].join(' → ')}`, {
        place: { file: `${feature.name}/feature.yaml` },
      });
    }
    for (const name of feature.manifest.after) {
      const earlier = byName.get(name);
      if (earlier !== undefined) visit(earlier, [...dependents, feature.name]);
    }
    ordered.add(feature);
  };
  for (const feature of features) visit(feature, []);
  return [...ordered];
}
