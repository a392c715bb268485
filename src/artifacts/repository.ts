import { classifyPath, looksLikeKubernetes } from './classify.ts';
import type { ComposeProject } from './compose/compose.ts';
import { decode, maximumFileSize } from './decode.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { FileSource } from './file-source.ts';
import type { Environment } from './kubernetes/environment.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { ArtifactKind, Problem } from './problem.ts';
import type { PythonRepository } from './python/project.ts';
import { SourceFile } from './source-file.ts';
import { MapNode } from './yaml/node.ts';

/** Everything that was read from a set of files. Values are parsed once and never change. */
export interface Repository {
  readonly dockerfiles: readonly Dockerfile[];
  readonly composeProjects: readonly ComposeProject[];
  readonly environments: readonly Environment[];
  readonly pipelines: readonly Pipeline[];
  /** The Python projects; undefined when there is no Python. */
  readonly python: PythonRepository | undefined;
  /** What could not be read. */
  readonly problems: readonly Problem[];
  /** The text of every file that was looked into, by path. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** All paths there are, sorted. */
  readonly paths: readonly string[];
  /** The paths below a folder, sorted, found without looking at all others; '' for all. */
  below(folder: string): readonly string[];
  /** The paths that a pattern matches, sorted. The same pattern is looked for once. */
  matching(pattern: RegExp): readonly string[];
  /** Whether a file, or a folder with a file in it, exists. */
  exists(path: string): boolean;
  /** The text of any file; undefined when there is none or it is no text. */
  text(path: string): SourceFile | undefined;
}

/**
 * Finds and parses all files of known kinds. Only the parsers that the files need are loaded.
 *
 * @param source the files
 */
export async function openRepository(source: FileSource): Promise<Repository> {
  const reader = new Reader(source);
  const found = reader.classify();
  const kubernetesNeeded = found.kubernetes.length + found.kustomization.length + found.chart.length > 0;
  const yamlNeeded = kubernetesNeeded || found.compose.length + found.pipeline.length > 0;
  const [dockerfile, yaml, compose, kubernetes, pipeline, python] = await Promise.all([
    found.dockerfile.length > 0 ? import('./dockerfile/parse.ts') : undefined,
    yamlNeeded ? import('./yaml/parse.ts') : undefined,
    found.compose.length > 0 ? import('./compose/load.ts') : undefined,
    kubernetesNeeded ? import('./kubernetes/load.ts') : undefined,
    found.pipeline.length > 0 ? import('./pipeline/load.ts') : undefined,
    found.python.length > 0 ? import('./python/project.ts') : undefined,
  ]);
  const { problems } = reader;
  const roots = new Map<string, MapNode | undefined>();
  const readYaml =
    (kind: ArtifactKind) =>
    (path: string): MapNode | undefined => {
      if (roots.has(path)) return roots.get(path);
      const file = reader.read(path, kind);
      const [document] = file && yaml ? yaml.parseYaml(file) : [];
      const root = document?.root instanceof MapNode ? document.root : undefined;
      problems.push(...(document?.problems ?? []).map((problem): Problem => ({ kind, ...problem })));
      roots.set(path, root);
      return root;
    };
  const dockerfiles = found.dockerfile.flatMap((path) => {
    const file = reader.read(path, 'dockerfile');
    if (file === undefined || dockerfile === undefined) return [];
    const parsed = dockerfile.parseDockerfile(file);
    problems.push(...parsed.problems);
    return [parsed.dockerfile];
  });
  const composeProjects = compose?.loadComposeProjects(found.compose, readYaml('compose')) ?? [];
  const manifests = kubernetes?.loadManifests({
    manifests: found.kubernetes,
    kustomizations: found.kustomization,
    charts: found.chart,
    paths: source.paths,
    read: (path) => reader.read(path, 'kubernetes'),
    text: (path) => reader.text(path),
    exists: (path) => reader.exists(path),
  });
  problems.push(...(manifests?.problems ?? []));
  const pipelines =
    pipeline?.loadPipelines(
      found.pipeline,
      source.paths,
      readYaml('pipeline'),
      (path) => reader.read(path, 'pipeline'),
      problems,
    ) ?? [];
  return {
    dockerfiles,
    composeProjects,
    environments: manifests?.environments ?? [],
    pipelines,
    python: python ? new python.PythonRepository(source.paths, (path) => reader.text(path)) : undefined,
    problems,
    sources: reader.sources,
    paths: source.paths,
    below: (folder) => pathsBelow(source.paths, folder),
    matching: (pattern) => reader.matching(pattern),
    exists: (path) => reader.exists(path),
    text: (path) => reader.text(path),
  };
}

/** The stretch of sorted paths that lie below a folder, by binary search. */
function pathsBelow(paths: readonly string[], folder: string): readonly string[] {
  if (folder === '') return paths;
  const first = (limit: string): number => {
    let low = 0;
    let high = paths.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((paths[middle] ?? '') < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  // `0` is the character after `/`.
  return paths.slice(first(`${folder}/`), first(`${folder}0`));
}

class Reader {
  readonly sources = new Map<string, SourceFile>();
  readonly problems: Problem[] = [];
  readonly #source: FileSource;
  readonly #matches = new Map<string, readonly string[]>();
  #folders: ReadonlySet<string> | undefined;

  constructor(source: FileSource) {
    this.#source = source;
  }

  /** Sorts the paths by kind; YAML files without a telling name are looked into. */
  classify() {
    const found = {
      dockerfile: [] as string[],
      compose: [] as string[],
      pipeline: [] as string[],
      python: [] as string[],
      kustomization: [] as string[],
      chart: [] as string[],
      kubernetes: [] as SourceFile[],
    };
    for (const path of this.#source.paths) {
      const kind = classifyPath(path);
      if (kind === undefined || kind === 'kubernetes') continue;
      if (kind !== 'yaml') found[kind].push(path);
      else if ((this.#source.size(path) ?? 0) <= maximumFileSize) {
        const content = this.#source.read(path);
        const { file } = decode(path, content ?? '', 'kubernetes');
        if (looksLikeKubernetes(file.text)) {
          const known = this.read(path, 'kubernetes', content);
          if (known) found.kubernetes.push(known);
        }
      }
    }
    return found;
  }

  /** Reads a file that will be parsed; what is too large, unreadable or no text becomes a problem. */
  read(path: string, kind: ArtifactKind, content = this.#source.read(path)): SourceFile | undefined {
    const known = this.sources.get(path);
    if (known) return known;
    if (content === undefined) {
      if (!this.#source.paths.includes(path)) return undefined;
      const file = new SourceFile(path, '');
      this.problems.push({ kind, file, range: { start: 0, end: 0 }, message: 'The file cannot be read' });
      return undefined;
    }
    const size = this.#source.size(path) ?? 0;
    if (size > maximumFileSize) {
      const file = new SourceFile(path, '');
      const message = `The file has ${size} bytes; files over ${maximumFileSize} are not read`;
      this.problems.push({ kind, file, range: { start: 0, end: 0 }, message });
      return undefined;
    }
    const { file, problem } = decode(path, content, kind);
    this.sources.set(path, file);
    if (problem === undefined) return file;
    this.problems.push(problem);
    return undefined;
  }

  text(path: string): SourceFile | undefined {
    const known = this.sources.get(path);
    if (known) return known;
    const content =
      (this.#source.size(path) ?? maximumFileSize + 1) > maximumFileSize ? undefined : this.#source.read(path);
    if (content === undefined) return undefined;
    const { file, problem } = decode(path, content, 'python');
    return problem ? undefined : file;
  }

  matching(pattern: RegExp): readonly string[] {
    const key = String(pattern);
    const known = this.#matches.get(key);
    if (known) return known;
    const found = this.#source.paths.filter((path) => pattern.test(path));
    this.#matches.set(key, found);
    return found;
  }

  exists(path: string): boolean {
    return this.#source.size(path) !== undefined || this.#allFolders().has(path.replace(/\/+$/, ''));
  }

  #allFolders(): ReadonlySet<string> {
    if (this.#folders) return this.#folders;
    const folders = new Set<string>(['', '.']);
    for (const path of this.#source.paths) {
      for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        const folder = path.slice(0, slash);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    }
    this.#folders = folders;
    return folders;
  }
}
