import type { Owner } from '../spec/edit-spec.ts';
import { didYouMean } from '../spec/nearest.ts';
import { OPTIONS, type Option, type OptionName } from '../spec/options.ts';
import type { Workspace } from '../spec/workspace.ts';
import { UserError } from '../tree/user-error.ts';

/**
 * The option that was named.
 *
 * @param others words that the command takes beside options, for the suggestion
 * @throws UserError with the nearest one
 */
export function optionCalled(name: string, others: readonly string[] = []): Option & { readonly name: OptionName } {
  const option = OPTIONS.find((candidate) => candidate.name === name);
  if (option !== undefined) return option;
  const names = [...OPTIONS.map((candidate) => candidate.name), ...others];
  throw new UserError(`"${name}" is no option`, { remedy: didYouMean(name, names) });
}

/** @throws UserError where the option has no such value */
export function checkValue(option: Option, value: string): void {
  if (option.values.includes(value)) return;
  throw new UserError(`"${value}" is no value of ${option.name}`, { remedy: didYouMean(value, option.values) });
}

/**
 * Whom a choice is for. The Python version and the base image hold for the workspace unless a service is named.
 *
 * @param service what `--service` says
 * @throws UserError where there are several services and none was named, or none of that name
 */
export function ownerOf(option: Option, workspace: Workspace, service: string | undefined): Owner {
  const names = workspace.services.map(({ name }) => name);
  if (service !== undefined && !names.includes(service)) {
    throw new UserError(`no service is called "${service}"`, { remedy: didYouMean(service, names) });
  }
  if (option.scope === 'workspace') {
    if (service === undefined) return 'workspace';
    throw new UserError(`${option.name} holds for the whole workspace`, { remedy: 'Leave --service out.' });
  }
  if (service !== undefined) return { service };
  if (option.parameter === true) return 'workspace';
  const [only, ...more] = names;
  if (only !== undefined && more.length === 0) return { service: only };
  throw new UserError(`${option.name} differs from service to service`, {
    remedy: `Name one: --service ${names.join(' | ')}`,
  });
}
