import { type Command, Option as Flag, InvalidArgumentError } from 'commander';
import { availableValues } from '../render/availability.ts';
import type { Pack } from '../render/feature.ts';
import { OPTIONS, type Option, type OptionName } from '../spec/options.ts';
import type { ServiceInput, SpecInput } from '../spec/schema.ts';

/** What was chosen, by flag or answer; an option that is not in it has its default. */
export type Choices = Readonly<Partial<Record<OptionName, string | readonly string[]>>>;

/** The lists of names that a service carries. */
export const NAME_LISTS = ['calls', 'publishes', 'subscribes', 'owners'] as const;

/** Names of other services, of events and of people. */
export type NameLists = Readonly<Partial<Record<(typeof NAME_LISTS)[number], readonly string[]>>>;

/** What commander makes of the flags that {@link addChoiceFlags} declares. */
export type ChoiceFlags = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Declares a flag for every option of the given scopes, from the one list of options and what the pack can generate.
 *
 * @param command the command that takes them
 * @param pack decides which values help shows
 * @param scopes whose options
 */
export function addChoiceFlags(command: Command, pack: Pack, scopes: readonly Option['scope'][]): void {
  for (const option of OPTIONS as readonly Option[]) {
    if (!scopes.includes(option.scope)) continue;
    const available = availableValues(option, pack);
    const [first] = available;
    const repeats = option.many === true ? ', repeatable' : '';
    const flag = new Flag(
      `--${option.name} <value>`,
      `${option.description}: ${available.join(', ')} (default: ${option.default}${repeats})`,
    );
    // The values that only other packs bring are known too: refused later, with the reason.
    flag.choices(option.values);
    if (option.many === true) {
      flag.argParser<readonly string[]>((value, previous) => {
        const values = splitNames(value);
        if (values.length > 0 && values.every((part) => option.values.includes(part)))
          return [...(previous ?? []), ...values];
        throw new InvalidArgumentError(`Allowed choices are ${option.values.join(', ')}.`);
      });
    }
    // Known, so that the refusal can say why, but nothing that help should offer.
    if (available.length === 0 || (available.length === 1 && first === option.neutral)) flag.hideHelp();
    command.addOption(flag);
  }
}

/** Declares the flags that take names, as far as the pack has features for them. */
export function addNameFlags(command: Command, pack: Pack): void {
  const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
    ...(previous ?? []),
    ...splitNames(value),
  ];
  for (const list of NAME_LISTS) {
    if (offersNames(pack, list)) command.option(`--${list} <names>`, NAME_LIST_HELP[list], collect);
  }
}

/** Whether any feature makes something of a list of names. */
export function offersNames(pack: Pack, list: (typeof NAME_LISTS)[number]): boolean {
  return pack.features.some(({ manifest }) => manifest.when.some((condition) => Object.hasOwn(condition, list)));
}

const NAME_LIST_HELP: Readonly<Record<(typeof NAME_LISTS)[number], string>> = {
  calls: 'services that it calls over HTTP, separated by commas',
  publishes: 'events that it publishes, separated by commas',
  subscribes: 'events that it consumes, separated by commas',
  owners: 'who reviews its changes (@user, @organisation/team, e-mail), separated by commas',
};

/** `a, b` → a and b. */
export function splitNames(value: string): readonly string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The choices among a command's options. */
export function choicesOf(flags: ChoiceFlags): Choices {
  const entries = OPTIONS.flatMap(({ name }) => {
    const value = flags[camelCase(name)];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** The name lists among a command's options. */
export function nameListsOf(flags: ChoiceFlags): NameLists {
  return Object.fromEntries(NAME_LISTS.flatMap((list) => (flags[list] === undefined ? [] : [[list, flags[list]]])));
}

/** The spec of a new workspace; what equals its default is left out. */
export function specOf(
  name: string,
  services: readonly string[] | undefined,
  choices: Choices,
  lists: NameLists = {},
): SpecInput {
  const own = serviceOf(choices, lists, ['python', 'base-image']);
  const { deploy, strategy } = changed(choices);
  const workspace = Object.fromEntries(
    OPTIONS.filter((option) => option.scope === 'workspace' || ['python', 'base-image'].includes(option.name))
      .filter((option) => option.name !== 'deploy' && option.name !== 'strategy')
      .flatMap((option) => {
        const value = changed(choices)[option.name];
        return value === undefined ? [] : [[option.name, oneOrMany(value)]];
      }),
  );
  const target =
    strategy === undefined
      ? deploy === undefined
        ? {}
        : { deploy }
      : { deploy: { ...(deploy === undefined ? {} : { target: deploy }), strategy } };
  const entries =
    services === undefined
      ? [[name, { path: '.', ...own }] as const]
      : services.map((service) => [service, own] as const);
  return { version: 1, name, ...workspace, ...target, services: Object.fromEntries(entries) } as SpecInput;
}

/** A service's part of the spec; what equals its default is left out, and so are the options that `except` names. */
export function serviceOf(choices: Choices, lists: NameLists, except: readonly string[] = []): ServiceInput {
  const own = OPTIONS.filter((option) => option.scope === 'service' && !except.includes(option.name)).flatMap(
    (option) => {
      const value = changed(choices)[option.name];
      return value === undefined ? [] : [[option.name, value]];
    },
  );
  return { ...Object.fromEntries(own), ...lists } as ServiceInput;
}

/** The command line that makes the same choices without a question. */
export function commandLineOf(
  name: string,
  services: readonly string[] | undefined,
  choices: Choices,
  lists: NameLists,
  rest: readonly string[],
): string {
  const flags = OPTIONS.flatMap((option) =>
    [changed(choices)[option.name] ?? []].flat().map((value) => `--${option.name} ${value}`),
  );
  const named = NAME_LISTS.flatMap((list) => (lists[list]?.length ? [`--${list} ${lists[list].join(',')}`] : []));
  const several = services === undefined ? [] : [`--services ${services.join(',')}`];
  return ['npx create-microservice', name, ...several, ...flags, ...named, ...rest, '--yes'].join(' ');
}

/** In single quotes where a shell would not take it for one word. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function changed(choices: Choices): Choices {
  const entries = OPTIONS.flatMap(({ name, default: initial }) => {
    const value = choices[name];
    return value === undefined || String(value) === initial ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function oneOrMany(value: string | readonly string[]): string | readonly string[] {
  if (typeof value === 'string') return value;
  const [first, ...others] = value;
  return others.length === 0 && first !== undefined ? first : value;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
