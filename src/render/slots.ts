import { UserError } from '../tree/user-error.ts';
import type { Context } from './context.ts';
import { CONTRIBUTION_KINDS, type Feature, type SlotKind, type Template } from './feature.ts';
import { fillSlot } from './slot.ts';

/** A feature's part of a slot, rendered when the slot is asked for. */
interface LazyFragment {
  readonly origin: string;
  readonly text: () => string;
}

/** The slots that a scope's features declare, and what was put into them. */
export class Slots {
  readonly #kinds = new Map<string, SlotKind>();
  readonly #fragments = new Map<string, LazyFragment[]>();
  readonly #texts = new Map<string, string>();
  readonly #beingFilled = new Set<string>();

  constructor(features: readonly Feature[]) {
    for (const { name: feature, manifest } of features) {
      for (const [name, kind] of Object.entries(manifest.slots)) {
        if (this.#kinds.has(name)) {
          throw new UserError(`two features declare the slot ${name}`, { place: { file: `${feature}/feature.yaml` } });
        }
        this.#kinds.set(name, kind);
        this.#fragments.set(name, []);
      }
    }
  }

  /** Adds a fragment; false where no feature declares the slot. */
  add(name: string, fragment: LazyFragment): boolean {
    const fragments = this.#fragments.get(name);
    fragments?.push(fragment);
    return fragments !== undefined;
  }

  /** The texts of the slots. Each is made when a template asks for it, so that a fragment may hold what others put into a slot. */
  texts(): Readonly<Record<string, string>> {
    const texts = {};
    for (const name of this.#kinds.keys()) {
      Object.defineProperty(texts, name, { enumerable: true, get: () => this.#text(name) });
    }
    return texts;
  }

  #text(name: string): string {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const fragments = this.#fragments.get(name) ?? [];
    if (this.#beingFilled.has(name)) {
      throw new UserError(`the slot ${name} is filled with itself`, { place: { file: fragments[0]?.origin ?? name } });
    }
    this.#beingFilled.add(name);
    const text = fillSlot(
      this.#kinds.get(name) ?? 'text',
      fragments.map(({ origin, text: render }) => ({ origin, text: render() })),
    );
    this.#texts.set(name, text);
    return text;
  }
}

/** Puts a feature's fragments into the first of the given scopes that has the slot; one whose owner does not apply here is left out. */
export function contribute(feature: Feature, context: Context, scopes: readonly Slots[]): void {
  for (const [slot, value] of Object.entries(feature.manifest.contributes)) {
    if (CONTRIBUTION_KINDS.includes(slot)) continue;
    for (const path of [value as string | string[]].flat()) {
      const fragment = {
        origin: `${feature.name}/${path}`,
        text: () => textOf(feature.fragments[path] ?? '', context),
      };
      scopes.some((slots) => slots.add(slot, fragment));
    }
  }
}

function textOf(fragment: string | Template, context: Context): string {
  return typeof fragment === 'function' ? fragment(context) : fragment;
}
