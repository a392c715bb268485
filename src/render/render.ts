import { didYouMean } from '../spec/nearest.ts';
import type { Workspace } from '../spec/workspace.ts';
import { isSafePath } from '../tree/safe-path.ts';
import { compareText, type Tree, type TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { checkAvailable } from './availability.ts';
import { applies } from './condition.ts';
import { type Context, type ServiceView, serviceView, workspaceContext } from './context.ts';
import { CONTRIBUTION_KINDS, type Feature, type Pack, type SlotKind, type Template } from './feature.ts';
import { fillSlot } from './slot.ts';

/**
 * Renders the files of a workspace. Pure: the same workspace, pack and generator give the same bytes everywhere.
 *
 * @param generator version of create-microservice, for templates that name it
 * @returns path → file, sorted by path
 * @throws UserError where the pack lacks what the workspace asks for, or a feature is wrong (with its file)
 */
export function render(workspace: Workspace, pack: Pack, generator: string): Tree {
  checkAvailable(workspace, pack);
  checkSlots(pack);
  checkFolders(pack);
  const features = inOrder(pack.features);
  const ofService = features.filter(({ manifest }) => manifest.scope === 'service');
  const chosen = workspace.services.map((service) =>
    ofService.filter(({ manifest }) => applies(manifest.when, workspace, service)),
  );
  const views = workspace.services.map((service, index) => serviceView(workspace, service, chosen[index] ?? []));
  const shared = workspaceContext(workspace, views, generator);
  const ofWorkspace = features.filter(
    ({ manifest }) => manifest.scope === 'workspace' && applies(manifest.when, workspace),
  );

  const files = new TreeBuilder();
  const workspaceSlots = new Slots(ofWorkspace);
  for (const [index, view] of views.entries()) {
    const own = chosen[index] ?? [];
    const context = { ...shared, service: view, has: view.has };
    const slots = new Slots(own);
    const whole = { ...context, slots: slots.texts() };
    for (const feature of own) contribute(feature, whole, [slots, workspaceSlots]);
    bring(own, whole, view, files, foldersOf([...ofWorkspace, ...own]));
  }
  const whole = { ...shared, slots: workspaceSlots.texts() };
  for (const feature of ofWorkspace) contribute(feature, whole, [workspaceSlots]);
  bring(ofWorkspace, whole, undefined, files, foldersOf(ofWorkspace));
  return files.build();
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

/** Features by name, but each after those that it names in `after`. */
function inOrder(features: readonly Feature[]): readonly Feature[] {
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

/** A feature's part of a slot, rendered when the slot is asked for. */
interface LazyFragment {
  readonly origin: string;
  readonly text: () => string;
}

/** The slots that a scope's features declare, and what was put into them. */
class Slots {
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
function contribute(feature: Feature, context: Context, scopes: readonly Slots[]): void {
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

function bring(
  features: readonly Feature[],
  context: Context,
  service: ServiceView | undefined,
  files: TreeBuilder,
  folders: ReadonlyMap<string, string>,
): void {
  for (const feature of features) {
    for (const { path: template, mode, content } of feature.files) {
      const path = inFolder(template, folders);
      if (path === undefined) continue;
      const target = path.startsWith(IN_ROOT)
        ? targetPath(path.slice(IN_ROOT.length), service)
        : `${service?.dir ?? ''}${targetPath(path, service)}`;
      const rendered = typeof content === 'function' ? endWithLineBreak(content(context)) : content;
      files.add(target, { content: rendered, mode }, feature.name);
    }
  }
}

/** The folders that features declare for others to bring files to. */
function foldersOf(features: readonly Feature[]): ReadonlyMap<string, string> {
  return new Map(features.flatMap(({ manifest }) => Object.entries(manifest.folders)));
}

/** `__manifests__/service.yaml` → `k8s/base/service.yaml`; undefined where no feature that applies declares the folder. */
function inFolder(path: string, folders: ReadonlyMap<string, string>): string | undefined {
  const named = /^__([a-z][a-z-]*)__\/(.+)$/.exec(path);
  if (named === null || BUILT_IN_FOLDERS.has(named[1] ?? '')) return path;
  const folder = folders.get(named[1] ?? '');
  return folder === undefined ? undefined : `${folder}/${named[2]}`;
}

const BUILT_IN_FOLDERS: ReadonlySet<string> = new Set(['module', 'service', 'root']);

function textOf(fragment: string | Template, context: Context): string {
  return typeof fragment === 'function' ? fragment(context) : fragment;
}

function endWithLineBreak(text: string): string {
  return text.trim() === '' ? '' : `${text.trimEnd()}\n`;
}

/** What a service's feature brings below this goes to the repository's root, where some tools look for one file a service. */
const IN_ROOT = '__root__/';

/** `_gitignore` → `.gitignore`, `__module__` → the service's package, `__service__` → its name. */
function targetPath(path: string, service: ServiceView | undefined): string {
  return path
    .split('/')
    .map((segment) => {
      const named = segment
        .replaceAll('__module__', service?.module ?? '')
        .replaceAll('__service__', service?.name ?? '');
      return /^_[^_]/.test(segment) ? `.${named.slice(1)}` : named;
    })
    .join('/');
}

class TreeBuilder {
  readonly #files = new Map<string, TreeFile & { readonly feature: string }>();

  add(path: string, file: TreeFile, feature: string): void {
    if (!isSafePath(path)) {
      throw new UserError(`the feature brings a file to ${path}`, {
        place: { file: `${feature}/feature.yaml` },
        remedy: 'A file stays in the workspace, and out of .git and .msvc.',
      });
    }
    const other = this.#files.get(path);
    if (other !== undefined) {
      throw new UserError(`features ${other.feature} and ${feature} both bring ${path}`, {
        place: { file: `${feature}/feature.yaml` },
        remedy: 'Let one of them offer a slot that the other fills.',
      });
    }
    this.#files.set(path, { ...file, feature });
  }

  build(): Tree {
    const entries = [...this.#files].map(([path, { content, mode }]): [string, TreeFile] => [path, { content, mode }]);
    return new Map(entries.sort(([left], [right]) => compareText(left, right)));
  }
}
