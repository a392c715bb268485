import fc from 'fast-check';
import { availableValues, checkAvailable } from '../../src/render/availability.ts';
import type { Pack } from '../../src/render/feature.ts';
import { nameProblem } from '../../src/spec/names.ts';
import { OPTIONS, type Option } from '../../src/spec/options.ts';
import { checkSpec } from '../../src/spec/parse-spec.ts';
import type { SpecInput } from '../../src/spec/schema.ts';

/**
 * Any spec that the tool accepts, over the options that a pack offers.
 *
 * @param pack what can be chosen follows from its features
 */
export function specArbitrary(pack: Pack): fc.Arbitrary<SpecInput> {
  const options = (scope: Option['scope']) =>
    fc.record(
      Object.fromEntries(
        OPTIONS.filter((option: Option) => option.scope === scope).map((option: Option) => {
          const value = fc.constantFrom(...availableValues(option, pack));
          return [option.name, option.many === true ? fc.uniqueArray(value, { minLength: 1 }) : value];
        }),
      ),
      { requiredKeys: [] },
    );
  const name = fc
    .stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,6}){0,2}$/)
    .filter((candidate) => nameProblem(candidate) === undefined);
  const single = fc
    .tuple(name, options('service'))
    .map(([service, chosen]) => ({ [service]: { ...chosen, path: '.' } }));
  // Nobody calls in a circle: a service calls those that come after it.
  const several = fc
    .tuple(fc.dictionary(name, options('service'), { minKeys: 1, maxKeys: 4 }), fc.boolean())
    .map(([services, calling]) => {
      const names = Object.keys(services);
      const callsOf = (own: string) => (calling ? names.slice(names.indexOf(own) + 1) : []);
      return Object.fromEntries(Object.entries(services).map(([own, one]) => [own, { ...one, calls: callsOf(own) }]));
    });
  return fc
    .record({ name, shared: options('workspace'), services: fc.oneof(single, several) })
    .map(({ name, shared: { deploy, strategy, ...shared }, services }) => {
      const rollout = { target: deploy, strategy };
      return { version: 1, name, ...shared, deploy: JSON.parse(JSON.stringify(rollout)), services } as SpecInput;
    })
    .filter((input) => isAccepted(input, pack));
}

function isAccepted(input: SpecInput, pack: Pack): boolean {
  try {
    checkAvailable(checkSpec(input), pack);
    return true;
  } catch {
    return false;
  }
}
