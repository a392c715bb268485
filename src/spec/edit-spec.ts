import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { UserError } from '../tree/user-error.ts';
import { didYouMean } from './nearest.ts';
import { type Option, type OptionName, optionNamed } from './options.ts';
import { SPEC_FILE } from './parse-spec.ts';
import type { ServiceInput } from './schema.ts';

/** Whom a choice is for: one service, or the whole workspace. */
export type Owner = { readonly service: string } | 'workspace';

/**
 * Adds a service to the text of a spec, in alphabetical order where the others are; comments and layout stay. It is one line, so
 * that git can merge branches that each add one.
 *
 * @throws UserError where a service of that name exists
 */
export function addService(text: string, name: string, input: ServiceInput): string {
  return edit(text, (document) => {
    const services = servicesOf(document);
    if (services.has(name)) {
      throw new UserError(`a service is called ${name} already`, {
        place: { file: SPEC_FILE },
        remedy: 'Choose another name.',
      });
    }
    const pair = document.createPair(name, input) as Pair;
    if (isMap(pair.value)) pair.value.flow = true;
    services.flow = false;
    const names = services.items.map(keyOf);
    const isSorted = names.every((other, index) => index === 0 || (names[index - 1] ?? '') <= other);
    const position = isSorted ? names.findIndex((other) => other > name) : -1;
    services.items.splice(position === -1 ? names.length : position, 0, pair as (typeof services.items)[number]);
  });
}

/** Moves the service at the root to `services/<name>`, where it may have company. */
export function moveFromRoot(text: string, name: string): string {
  return edit(text, (document) => void document.deleteIn(['services', name, 'path']));
}

/**
 * Removes a service.
 *
 * @throws UserError where there is none of that name, or it is the only one
 */
export function removeService(text: string, name: string): string {
  return edit(text, (document) => {
    const services = existing(document, name);
    if (services.items.length === 1) {
      throw new UserError(`${name} is the only service`, {
        place: { file: SPEC_FILE },
        remedy: 'A workspace has at least one: add another first, or delete the folder.',
      });
    }
    services.delete(name);
  });
}

/**
 * Renames a service, also where other services call it, and the workspace where it has the same name and one service.
 *
 * @throws UserError where there is none of that name, or the new one is taken
 */
export function renameService(text: string, from: string, to: string): string {
  return edit(text, (document) => {
    const services = existing(document, from);
    if (services.has(to)) {
      throw new UserError(`a service is called ${to} already`, {
        place: { file: SPEC_FILE },
        remedy: 'Choose another name.',
      });
    }
    for (const pair of services.items) {
      if (keyOf(pair) === from && isScalar(pair.key)) pair.key.value = to;
      const calls = isMap(pair.value) ? pair.value.get('calls') : undefined;
      if (!isSeq(calls)) continue;
      for (const item of calls.items) if (isScalar(item) && item.value === from) item.value = to;
    }
    const isSingle = services.items.length === 1 && document.getIn(['services', to, 'path']) === '.';
    if (isSingle && document.get('name') === from) document.set('name', to);
  });
}

/** Sets an option; where it can have several values, adds this one. A value that equals what holds anyway is written too. */
export function addValue(text: string, owner: Owner, name: OptionName, value: string): string {
  const option = optionNamed(name);
  if (option.many !== true) return setValue(text, owner, name, value);
  return edit(text, (document) => {
    const path = pathOf(owner, option);
    const before = valuesAt(document, path, option).filter((other) => other !== option.neutral);
    document.setIn(path, listOf(value === option.neutral ? [] : [...new Set([...before, value])].sort(), option));
  });
}

/** Sets an option to one value. */
export function setValue(text: string, owner: Owner, name: OptionName, value: string): string {
  const option = optionNamed(name);
  return edit(text, (document) => {
    if (owner !== 'workspace') detach(document, existing(document, owner.service), owner.service);
    if (owner !== 'workspace' && !isMap(document.getIn(['services', owner.service]))) {
      document.setIn(['services', owner.service], document.createNode({}));
    }
    const deploy = document.get('deploy');
    if (name === 'strategy' && !isMap(deploy)) {
      document.set('deploy', document.createNode({ ...(deploy === undefined ? {} : { target: deploy }) }));
    }
    const path = name === 'deploy' && isMap(deploy) ? ['deploy', 'target'] : pathOf(owner, option);
    if (owner === 'workspace' && option.scope === 'workspace' && value === option.default) {
      document.deleteIn(path);
      if (isMap(document.get('deploy')) && (document.get('deploy') as YAMLMap).items.length === 0)
        document.delete('deploy');
      return;
    }
    document.setIn(path, value);
  });
}

/**
 * Takes an option back to what asks for nothing, or takes one of several values away.
 *
 * @throws UserError where the option always has a value
 */
export function removeValue(text: string, owner: Owner, name: OptionName, value: string | undefined): string {
  const option = optionNamed(name);
  const neutral = option.neutral;
  if (neutral === undefined) {
    throw new UserError(`${name} always has a value`, { remedy: `Set another one: msvc set ${name} <value>` });
  }
  if (option.many !== true || value === undefined) return setValue(text, owner, name, neutral);
  return edit(text, (document) => {
    const path = pathOf(owner, option);
    const before = valuesAt(document, path, option);
    if (!before.includes(value)) {
      throw new UserError(`${name} has no ${value}`, {
        place: { file: SPEC_FILE },
        remedy: `It has: ${before.join(', ')}`,
      });
    }
    document.setIn(
      path,
      listOf(
        before.filter((other) => other !== value),
        option,
      ),
    );
  });
}

/**
 * Names a pack of features from outside; the later ones lie over the earlier ones.
 *
 * @throws UserError where it is named already
 */
export function addPack(text: string, source: string): string {
  return edit(text, (document) => {
    const packs = packsOf(document);
    if (packs.includes(source)) throw new UserError(`${source} is a pack of this workspace already`);
    document.set('packs', document.createNode([...packs, source]));
  });
}

/**
 * Takes a pack away.
 *
 * @throws UserError where it is not named
 */
export function removePack(text: string, source: string): string {
  return edit(text, (document) => {
    const packs = packsOf(document);
    if (!packs.includes(source)) {
      throw new UserError(`no pack is called ${source}`, {
        place: { file: SPEC_FILE },
        remedy: packs.length === 0 ? 'There is none.' : didYouMean(source, packs),
      });
    }
    if (packs.length === 1) document.delete('packs');
    else document.deleteIn(['packs', packs.indexOf(source)]);
  });
}

function packsOf(document: Document): readonly string[] {
  const packs = document.get('packs');
  return isSeq(packs) ? packs.items.map((item) => String(isScalar(item) ? item.value : item)) : [];
}

function edit(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  change(document);
  return document.toString({ lineWidth: 0 });
}

/** Gives a service that shares its choices with others by an anchor a copy of its own, and so the others. */
function detach(document: Document, services: YAMLMap, name: string): void {
  const own = services.get(name, true);
  const anchor = isAlias(own) ? own.source : isMap(own) ? own.anchor : undefined;
  if (anchor === undefined) return;
  for (const pair of services.items) {
    if (!isAlias(pair.value) || pair.value.source !== anchor) continue;
    const copy = pair.value.resolve(document)?.clone();
    if (isMap(copy)) delete copy.anchor;
    pair.value = copy;
  }
}

function servicesOf(document: Document): YAMLMap {
  const services = document.get('services');
  if (isMap(services)) return services;
  throw new Error('a valid spec has services');
}

function existing(document: Document, name: string): YAMLMap {
  const services = servicesOf(document);
  if (services.has(name)) return services;
  throw new UserError(`no service is called "${name}"`, {
    place: { file: SPEC_FILE },
    remedy: didYouMean(name, services.items.map(keyOf)),
  });
}

function keyOf(pair: { readonly key: unknown }): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function pathOf(owner: Owner, option: Option): readonly string[] {
  if (owner !== 'workspace') return ['services', owner.service, option.name];
  return option.name === 'strategy' ? ['deploy', 'strategy'] : [option.name];
}

function valuesAt(document: Document, path: readonly string[], option: Option): readonly string[] {
  const node = document.getIn(path);
  if (node === undefined) return [option.default];
  return isSeq(node) ? node.items.map((item) => String(isScalar(item) ? item.value : item)) : [String(node)];
}

function listOf(values: readonly string[], option: Option): string | readonly string[] {
  const [first, ...others] = values;
  if (first === undefined) return option.neutral ?? option.default;
  return others.length === 0 ? first : values;
}
