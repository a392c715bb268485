import { compareText } from '../../tree/tree.ts';
import { loadChart } from '../helm/chart.ts';
import { folderOf, joinPath } from '../paths.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { MapNode, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { type Environment, environmentOf, KubeObject } from './environment.ts';
import { buildKustomization, type ManifestReader, objectsOf } from './kustomize.ts';

/** Manifests read from a set of files. */
export interface LoadedManifests {
  readonly environments: readonly Environment[];
  readonly problems: readonly Problem[];
}

/** What there is to read. */
export interface ManifestFiles {
  /** Files that look like manifests. */
  readonly manifests: readonly SourceFile[];
  /** Paths of `kustomization.yaml` files. */
  readonly kustomizations: readonly string[];
  /** Paths of `Chart.yaml` files. */
  readonly charts: readonly string[];
  /** All paths there are. */
  readonly paths: readonly string[];
  /** A file that is parsed: a patch, a values file. */
  read(path: string): SourceFile | undefined;
  /** Any file's text. */
  text(path: string): SourceFile | undefined;
  exists(path: string): boolean;
}

/**
 * Joins manifests into environments: each kustomization that no other one uses is one; all other files together are
 * another, unless the same object is defined twice: then the folders at which the definitions part are environments of
 * their own. What belongs to a Helm chart is left to the chart.
 */
export function loadManifests(files: ManifestFiles): LoadedManifests {
  const store = new DocumentStore(files);
  const overlays = loadKustomizations(files, store);
  const used = new Set(overlays.flatMap((overlay) => [...overlay.files]));
  const charts = files.charts.map(folderOf);
  const inChart = (path: string) =>
    charts.some((chart) => path.startsWith(chart === '' ? 'templates/' : `${chart}/templates/`));
  const plain = files.manifests.filter((file) => !used.has(file.path) && !inChart(file.path));
  const manifests = plain.map((file) => ({
    path: file.path,
    objects: objectsOf(store.documents(file.path)).map((root) => new KubeObject(root)),
  }));
  const rendered = loadCharts(charts, files, store);
  const environments = [
    ...overlays.flatMap((overlay) => overlay.environment ?? []),
    ...rendered,
    ...divide('', manifests),
  ];
  return { environments, problems: store.problems };
}

/** A chart below another one's `charts/` is a dependency, and rendered by nobody alone. */
function loadCharts(charts: readonly string[], files: ManifestFiles, store: DocumentStore): readonly Environment[] {
  const isDependency = (chart: string) =>
    charts.some((other) => other !== chart && chart.startsWith(other === '' ? 'charts/' : `${other}/charts/`));
  const reader = { paths: files.paths, read: files.read, root: (path: string) => store.root(path) };
  return charts
    .filter((chart) => !isDependency(chart))
    .flatMap((directory) => {
      const loaded = loadChart(directory, reader);
      if (loaded === undefined) return [];
      store.problems.push(...loaded.problems);
      return [environmentOf(directory || '.', 'helm', loaded.objects, loaded.complete, { chart: loaded.chart })];
    });
}

interface Overlay {
  readonly environment: Environment | undefined;
  /** Manifests and patches that the overlay takes in. */
  readonly files: ReadonlySet<string>;
}

function loadKustomizations(files: ManifestFiles, store: DocumentStore): readonly Overlay[] {
  const roots = new Map(files.kustomizations.map((path) => [folderOf(path), store.root(path)]));
  const used = new Set<string>();
  for (const [folder, root] of roots) {
    for (const item of ['resources', 'bases', 'components'].flatMap((field) => root?.list(field) ?? [])) {
      const path = joinPath(folder, item.text() ?? '');
      if (path !== undefined && path !== folder) used.add(path);
    }
  }
  return [...roots].map(([folder, root]): Overlay => {
    const read = new Set<string>();
    const reader: ManifestReader = {
      documents: (path) => {
        read.add(path);
        return store.documents(path);
      },
      text: files.text,
      exists: files.exists,
      kustomization: (directory) => roots.get(directory),
    };
    const built = root === undefined ? undefined : buildKustomization(folder, reader);
    const isOverlay = built !== undefined && !used.has(folder) && root?.text('kind') !== 'Component';
    if (!isOverlay) return { environment: undefined, files: read };
    const objects = built.objects.map((object) => new KubeObject(object, built.generated.has(object)));
    return {
      environment: environmentOf(folder || '.', 'kustomize', objects, built.complete, built),
      files: read,
    };
  });
}

/** Every file is parsed once, however many overlays take it in. */
class DocumentStore {
  readonly problems: Problem[] = [];
  readonly #files: ManifestFiles;
  readonly #manifests: ReadonlyMap<string, SourceFile>;
  readonly #documents = new Map<string, readonly YamlNode[]>();

  constructor(files: ManifestFiles) {
    this.#files = files;
    this.#manifests = new Map(files.manifests.map((file) => [file.path, file]));
  }

  documents(path: string): readonly YamlNode[] {
    const known = this.#documents.get(path);
    if (known) return known;
    const file = this.#manifests.get(path) ?? this.#files.read(path);
    const parsed = file ? parseYaml(file) : [];
    for (const { problems } of parsed)
      this.problems.push(...problems.map((problem): Problem => ({ kind: 'kubernetes', ...problem })));
    const roots = parsed.flatMap(({ root }) => root ?? []);
    this.#documents.set(path, roots);
    return roots;
  }

  root(path: string): MapNode | undefined {
    const [root] = this.documents(path);
    return root instanceof MapNode ? root : undefined;
  }
}

interface Manifest {
  readonly path: string;
  readonly objects: readonly KubeObject[];
}

function divide(folder: string, manifests: readonly Manifest[]): readonly Environment[] {
  const objects = manifests.flatMap((manifest) => manifest.objects);
  if (objects.length === 0) return [];
  const children = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const rest = manifest.path.slice(folder === '' ? 0 : folder.length + 1);
    const slash = rest.indexOf('/');
    const child = slash < 0 ? '' : rest.slice(0, slash);
    children.set(child, [...(children.get(child) ?? []), manifest]);
  }
  const onlyFolder = children.size === 1 && !children.has('');
  const flat = children.size === 1 && children.has('');
  if (!onlyFolder && (flat || !hasDuplicates(objects)))
    return [environmentOf(folder || '.', 'manifests', objects, true)];
  return [...children]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([child, group]) => {
      if (child !== '') return divide(folder === '' ? child : `${folder}/${child}`, group);
      const own = group.flatMap((manifest) => manifest.objects);
      return [environmentOf(folder || '.', 'manifests', own, false)];
    });
}

function hasDuplicates(objects: readonly KubeObject[]): boolean {
  const seen = new Set<string>();
  return objects.some((object) => {
    if (object.name === undefined) return false;
    const identity = `${object.group} ${object.kind} ${object.namespace ?? ''} ${object.name}`;
    const known = seen.has(identity);
    seen.add(identity);
    return known;
  });
}
