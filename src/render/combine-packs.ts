import { didYouMean } from '../spec/nearest.ts';
import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Feature, Pack, Versions } from './feature.ts';

/**
 * Joins packs into one. A pack adds features, extends others by filling their slots, and replaces the features that it
 * names in `replaces`; what its `versions.yaml` pins holds for all templates.
 *
 * @param first the built-in pack
 * @param others packs from outside, each over those before it
 * @throws UserError where a pack brings a feature that there is already, or replaces one that there is not
 */
export function combinePacks(first: Pack, others: readonly Pack[]): Pack {
  return others.reduce(combine, first);
}

function combine(below: Pack, above: Pack): Pack {
  const features = new Map(below.features.map((feature) => [feature.name, feature]));
  for (const { name, manifest } of above.features) {
    const { replaces } = manifest;
    if (replaces === undefined) continue;
    if (!features.delete(replaces)) {
      throw new UserError(`no feature to replace is called ${replaces}`, {
        place: placeOf(name),
        remedy: didYouMean(replaces, [...features.keys()]),
      });
    }
  }
  for (const feature of above.features) {
    if (features.has(feature.name)) {
      throw new UserError(`a feature is called ${feature.name} already`, {
        place: placeOf(feature.name),
        remedy: `Rename its folder, or say \`replaces: ${feature.name}\` to take its place.`,
      });
    }
    features.set(feature.name, feature);
  }
  return {
    features: sorted([...features.values()]),
    versions: combineVersions(below.versions, above.versions),
    digest: `${below.digest} ${above.digest}`,
  };
}

function combineVersions(below: Versions, above: Versions): Versions {
  return {
    images: { ...below.images, ...above.images },
    actions: { ...below.actions, ...above.actions },
    tools: { ...below.tools, ...above.tools },
  };
}

function sorted(features: readonly Feature[]): readonly Feature[] {
  return [...features].sort((left, right) => compareText(left.name, right.name));
}

function placeOf(feature: string): { readonly file: string } {
  return { file: `${feature}/feature.yaml` };
}
