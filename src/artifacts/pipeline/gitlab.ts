import type { ShellScript } from '../shell/script.ts';
import type { SourceFile } from '../source-file.ts';
import { scriptOf } from '../yaml/embedded-script.ts';
import { mergeNodes } from '../yaml/merge.ts';
import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import type { GitlabJob, GitlabPipeline } from './pipeline.ts';

/** Top-level keys that are no jobs: https://docs.gitlab.com/ci/yaml/#global-keywords */
const globalKeywords: ReadonlySet<string> = new Set([
  ...[
    'default',
    'include',
    'stages',
    'variables',
    'workflow',
    'image',
    'services',
    'cache',
    'before_script',
    'after_script',
  ],
  ...['spec', 'pages_access', 'types'],
]);
/** What a job takes from `default:` (or, deprecated, from the top level) where it does not say otherwise. */
const inheritable = [
  'after_script',
  'artifacts',
  'before_script',
  'cache',
  'hooks',
  'id_tokens',
  'image',
  'interruptible',
  'retry',
  'services',
  'tags',
  'timeout',
];
const builtInStages = ['.pre', 'build', 'test', 'deploy', '.post'];
/** GitLab itself refuses deeper `extends`. */
const maximumExtends = 11;

/** Finds the root of another file of the repository. */
export type ReadYaml = (path: string) => MapNode | undefined;

/**
 * Reads a pipeline, its local includes merged in, `extends`, `default` and `!reference` resolved.
 *
 * @param read gives the root of an included file
 * @param paths every file of the repository, for includes by a pattern
 */
export function readGitlabPipeline(
  file: SourceFile,
  root: MapNode,
  read: ReadYaml,
  paths: readonly string[],
): GitlabPipeline {
  const files = new Set<SourceFile>([file]);
  const including = { complete: true };
  const merged = include(root, { read, paths }, files, including, 0);
  const resolver = new JobResolver(merged);
  const jobs = merged.pairs().flatMap((entry) => resolver.job(entry));
  const declared = merged.list('stages').flatMap((stage) => stage.text() ?? []);
  const stages = declared.length > 0 ? ['.pre', ...declared, '.post'] : builtInStages;
  return { kind: 'gitlab', file, files: [...files], root: merged, stages, jobs, complete: including.complete };
}

function include(
  root: MapNode,
  repository: { readonly read: ReadYaml; readonly paths: readonly string[] },
  files: Set<SourceFile>,
  state: { complete: boolean },
  depth: number,
): MapNode {
  const node = root.get('include');
  const items = node instanceof ListNode ? node.items : node === undefined ? [] : [node];
  let base: MapNode | undefined;
  for (const found of items.flatMap((item) => includedRoots(item, repository))) {
    if (found === undefined || depth > 20 || files.has(found.file)) {
      state.complete &&= found !== undefined;
      continue;
    }
    files.add(found.file);
    const included = include(found, repository, files, state, depth + 1);
    const sum = base === undefined ? included : mergeNodes(base, included);
    base = sum instanceof MapNode ? sum : base;
  }
  const whole = base === undefined ? root : mergeNodes(base, root);
  return whole instanceof MapNode ? whole : root;
}

/** The files that an include names; undefined for one that is not in the repository, or not said by it alone. */
function includedRoots(
  item: YamlNode,
  { read, paths }: { readonly read: ReadYaml; readonly paths: readonly string[] },
): readonly (MapNode | undefined)[] {
  const path = (item.string() ?? item.string('local'))?.replace(/^\/+/, '');
  if (path === undefined || /\$|:\/\//.test(path)) return [undefined];
  if (!path.includes('*')) return [read(path)];
  // https://docs.gitlab.com/ci/yaml/includes/#use-includelocal-with-wildcard-file-paths
  const pattern = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*/g, (stars) => WILDCARDS[stars] ?? '');
  const matching = new RegExp(`^${pattern}$`);
  const found = paths.filter((candidate) => matching.test(candidate));
  return found.length === 0 ? [undefined] : found.map(read);
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };

class JobResolver {
  readonly #root: MapNode;

  constructor(root: MapNode) {
    this.#root = root;
  }

  job(entry: Entry): readonly GitlabJob[] {
    const { name, key, value } = entry;
    if (globalKeywords.has(name) || !(value instanceof MapNode)) return [];
    const root = this.#withDefaults(this.#extended(value, 0));
    const dereferenced = this.#dereference(root, 0);
    const whole = dereferenced instanceof MapNode ? dereferenced : root;
    let scripts: readonly ShellScript[] | undefined;
    return [
      {
        file: key.file,
        range: key.range,
        name,
        hidden: name.startsWith('.'),
        root: whole,
        stage: whole.text('stage') ?? 'test',
        get scripts() {
          scripts ??= ['before_script', 'script', 'after_script']
            .flatMap((field) => scriptLines(whole.get(field)))
            .map(scriptOf);
          return scripts;
        },
      },
    ];
  }

  #extended(job: MapNode, depth: number): MapNode {
    const node = job.get('extends');
    const names = node instanceof ListNode ? node.items : node === undefined ? [] : [node];
    let result = job;
    let base: MapNode | undefined;
    for (const parentName of names) {
      const parent = this.#root.map(parentName.text() ?? '');
      if (parent === undefined || depth >= maximumExtends) continue;
      const extended = this.#extended(parent, depth + 1);
      const sum = base === undefined ? extended : mergeNodes(base, extended);
      if (sum instanceof MapNode) base = sum;
    }
    if (base !== undefined) {
      const sum = mergeNodes(base, job);
      if (sum instanceof MapNode) result = sum;
    }
    return result;
  }

  #withDefaults(job: MapNode): MapNode {
    const inherit = job.get('inherit', 'default');
    if (inherit?.boolean() === false) return job;
    const allowed = inherit instanceof ListNode ? inherit.items.map((item) => item.text()) : undefined;
    const entries = new Map(job.entries);
    for (const name of inheritable) {
      if (entries.has(name) || (allowed && !allowed.includes(name))) continue;
      const entry = this.#root.entry('default', name) ?? this.#root.entry(name);
      if (entry) entries.set(name, entry);
    }
    return new MapNode(job.file, job.range, entries, job.flow);
  }

  /** Replaces `!reference [job, key]` by what it names; in a list, the referenced list's items take its place. */
  #dereference(node: YamlNode, depth: number): YamlNode {
    if (depth > 20) return node;
    if (node instanceof MapNode) {
      if (![...node.entries.values()].some(({ value }) => hasReference(value))) return node;
      const entries = [...node.entries].map(([name, entry]): [string, Entry] => [
        name,
        { ...entry, value: this.#dereference(entry.value, depth + 1) },
      ]);
      return new MapNode(node.file, node.range, new Map(entries), node.flow);
    }
    if (!(node instanceof ListNode)) return node;
    if (node.tag === '!reference') return this.#referenced(node, depth) ?? node;
    if (!node.items.some(hasReference)) return node;
    const items = node.items.flatMap((item) => {
      const value = this.#dereference(item, depth + 1);
      return value !== item && value instanceof ListNode ? value.items : [value];
    });
    return new ListNode(node.file, node.range, items, node.flow, node.tag);
  }

  #referenced(node: ListNode, depth: number): YamlNode | undefined {
    const [name, ...path] = node.items.map((item) => item.text() ?? '');
    const job = this.#root.map(name ?? '');
    const target = job && this.#extended(job, 0).get(...path);
    return target && this.#dereference(target, depth + 1);
  }
}

function hasReference(node: YamlNode): boolean {
  if (node instanceof ListNode) return node.tag === '!reference' || node.items.some(hasReference);
  return node instanceof MapNode && [...node.entries.values()].some(({ value }) => hasReference(value));
}

function scriptLines(node: YamlNode | undefined): readonly ScalarNode[] {
  if (node instanceof ScalarNode) return node.value === null ? [] : [node];
  return node instanceof ListNode ? node.items.flatMap(scriptLines) : [];
}
