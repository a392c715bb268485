import { createHash } from 'node:crypto';
import { OPTIONS } from '../spec/options.ts';
import type { Service, Workspace } from '../spec/workspace.ts';
import { compareText, type Tree } from '../tree/tree.ts';
import { checkAvailable } from './availability.ts';
import { applies, factsOf, valuesOf } from './condition.ts';
import {
  type Context,
  type Contributed,
  companyOf,
  contributedBy,
  type ServiceView,
  serviceView,
  sharedContext,
  truths,
  withoutCompany,
} from './context.ts';
import type { Feature, Pack } from './feature.ts';
import { CONTRIBUTION_KINDS } from './feature.ts';
import { filesOf, foldersOf } from './files.ts';
import { checkPlaces, inOrder } from './order.ts';
import { contribute, Slots } from './slots.ts';

/** A workspace that is being rendered: each part when it is asked for, so that one service of many costs no more than one alone. */
export interface Rendering {
  /** The files that belong to no service. */
  workspace(): Tree;
  /** The files of one service; empty for a name that no service has. */
  service(name: string): Tree;
  /** A digest of all that the files of a service follow from: where it is the same, so are they. */
  digest(name: string): string;
}

/**
 * Renders the files of a workspace. Pure: the same workspace, pack and generator give the same bytes everywhere.
 *
 * @param generator version of create-microservice, for templates that name it
 * @returns path → file, sorted by path
 * @throws UserError where the pack lacks what the workspace asks for, or a feature is wrong (with its file)
 */
export function render(workspace: Workspace, pack: Pack, generator: string): Tree {
  const rendering = startRendering(workspace, pack, generator);
  const trees = [rendering.workspace(), ...workspace.services.map(({ name }) => rendering.service(name))];
  return joinTrees(trees);
}

/**
 * Begins to render a workspace.
 *
 * @throws UserError where the pack lacks what the workspace asks for, or a feature is wrong (with its file)
 */
export function startRendering(workspace: Workspace, pack: Pack, generator: string): Rendering {
  checkAvailable(workspace, pack);
  checkPlaces(pack);
  const features = inOrder(pack.features);
  const ofService = features.filter(({ manifest }) => manifest.scope === 'service');
  const facts = factsOf(workspace, workspace.services);
  const ofWorkspace = features.filter(
    ({ manifest }) => manifest.scope === 'workspace' && applies(manifest.when, facts),
  );
  const shared = sharedContext(workspace, generator);
  const folders = foldersOf(ofWorkspace);
  const alone = withoutCompany(shared.workspace);
  const owners = new Map<string, string>();

  const kinds = new Map<string, ServiceKind>();
  const kindOf = (service: Service): ServiceKind => {
    const key = choicesOf(workspace, service);
    const known = kinds.get(key);
    if (known !== undefined) return known;
    const own = factsOf(workspace, [service]);
    const chosen = ofService.filter(({ manifest }) => applies(manifest.when, own));
    const offered = new Set(chosen.flatMap(({ manifest }) => Object.keys(manifest.slots)));
    const kind = {
      features: chosen,
      contributed: contributedBy(chosen),
      has: truths(workspace, [service]),
      shares: chosen.some(({ manifest }) =>
        Object.keys(manifest.contributes).some((slot) => !offered.has(slot) && !CONTRIBUTION_KINDS.includes(slot)),
      ),
    };
    kinds.set(key, kind);
    return kind;
  };
  const contextOf = (service: Service): Context & { readonly service: ServiceView } => {
    const { has, contributed } = kindOf(service);
    return { ...shared, workspace: alone, service: serviceView(service, has, contributed), has };
  };

  /** Fills a service's slots, and those of the workspace where they are given. */
  const fill = (service: Service, outer: readonly Slots[]): Context & { readonly service: ServiceView } => {
    const { features: chosen } = kindOf(service);
    const own = new Slots(chosen);
    const context = { ...contextOf(service), slots: own.texts() };
    for (const feature of chosen) contribute(feature, context, [own, ...outer]);
    return context;
  };

  return {
    workspace() {
      const slots = new Slots(ofWorkspace);
      for (const service of workspace.services) if (kindOf(service).shares) fill(service, [slots]);
      const context: Context = {
        ...shared,
        workspace: {
          ...shared.workspace,
          ...companyOf(
            workspace,
            workspace.services.map((service) => contextOf(service).service),
            ofWorkspace,
          ),
        },
        has: truths(workspace, workspace.services),
        slots: slots.texts(),
      };
      for (const feature of ofWorkspace) contribute(feature, context, [slots]);
      return filesOf(ofWorkspace, context, folders, owners);
    },
    service(name) {
      const service = workspace.services.find((candidate) => candidate.name === name);
      if (service === undefined) return new Map();
      const { features: chosen } = kindOf(service);
      return filesOf(chosen, fill(service, []), new Map([...folders, ...foldersOf(chosen)]), owners);
    },
    digest(name) {
      const service = workspace.services.find((candidate) => candidate.name === name);
      return createHash('sha1')
        .update(JSON.stringify([pack.digest, shared, [...folders], service]))
        .digest('hex');
    },
  };
}

/** What all services that make the same choices have in common. */
interface ServiceKind {
  readonly features: readonly Feature[];
  readonly contributed: Contributed;
  readonly has: Readonly<Record<string, boolean>>;
  /** Whether any of the features has something for the workspace's slots. */
  readonly shares: boolean;
}

/** What decides which features a service has. */
function choicesOf(workspace: Workspace, service: Service): string {
  const choices = OPTIONS.filter(({ scope }) => scope === 'service').map(({ name }) =>
    valuesOf(name, workspace, [service]),
  );
  return JSON.stringify([
    choices,
    ...[service.calls, service.publishes, service.subscribes, service.owners].map(({ length }) => length > 0),
  ]);
}

/** Trees in one, sorted by path. */
export function joinTrees(trees: readonly Tree[]): Tree {
  return new Map(trees.flatMap((tree) => [...tree]).sort(([left], [right]) => compareText(left, right)));
}
