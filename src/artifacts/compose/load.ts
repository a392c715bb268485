import { folderOf, joinPath } from '../paths.ts';
import type { SourceFile } from '../source-file.ts';
import { mergeNodes, without } from '../yaml/merge.ts';
import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import type { ComposeProject, ComposeService } from './compose.ts';

/** Gives the root of a YAML file of the repository; undefined when it does not exist or is broken. */
export type ReadYaml = (path: string) => MapNode | undefined;

const baseName = /^(?:docker-)?compose\.ya?ml$/i;
const overrideName = /^((?:docker-)?compose)\.override\.(ya?ml)$/i;
/** Lists that Compose appends when files are merged; others are replaced or merged by their key. */
const appended = new Set([
  'cap_add',
  'cap_drop',
  'configs',
  'deploy',
  'device_cgroup_rules',
  'dns',
  'dns_search',
  'env_file',
  'expose',
  'external_links',
  'group_add',
  'ports',
  'profiles',
  'secrets',
  'security_opt',
  'tmpfs',
]);
/** Fields that may be a list of `NAME=value` or a mapping. */
const keyed = new Set([
  'environment',
  'labels',
  'annotations',
  'extra_hosts',
  'sysctls',
  'args',
  'additional_contexts',
]);

/**
 * Joins Compose files into projects: the standard base name takes its `override` file with it; any other file
 * (`compose.prod.yaml`) is merged over the base of its folder, as `-f` does, or stands alone where there is no base.
 *
 * @param paths the Compose files
 */
export function loadComposeProjects(paths: readonly string[], read: ReadYaml): readonly ComposeProject[] {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  const projects = [...folders].flatMap(([folder, files]) => {
    const name = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
    const base = files.find((path) => baseName.test(name(path)));
    const override = base && files.find((path) => overrideName.test(name(path)));
    const others = files.filter((path) => path !== base && path !== override);
    const stacks = [
      ...(base ? [override ? [base, override] : [base]] : []),
      ...others.map((path) => (base ? [base, path] : [path])),
    ];
    return stacks.flatMap((stack) => loadProject(folder, stack, read) ?? []);
  });
  // What another project includes is seen there, with all that it needs.
  const included = new Set(projects.flatMap(({ includes }) => includes));
  return projects.filter(({ file }) => !included.has(file));
}

function loadProject(directory: string, stack: readonly string[], read: ReadYaml): ComposeProject | undefined {
  const roots = stack.flatMap((path) => read(path) ?? []);
  const [base] = roots;
  if (base === undefined) return undefined;
  const loader = new ProjectLoader(read);
  const root = roots.map((part) => loader.included(part, directory, 0)).reduce(mergeCompose);
  return {
    file: base.file,
    range: { start: 0, end: base.file.text.indexOf('\n') < 0 ? base.file.text.length : base.file.text.indexOf('\n') },
    files: [...new Set([...roots.map((part) => part.file), ...loader.files])],
    includes: [...loader.includes],
    directory,
    root,
    services: loader.services(root, directory),
    complete: loader.complete,
    interpolate: interpolateDefaults,
  };
}

class ProjectLoader {
  readonly files = new Set<SourceFile>();
  readonly includes = new Set<SourceFile>();
  /** Service of an included file → the folder that its relative paths start at. */
  readonly #directories = new Map<string, string>();
  complete = true;
  readonly #read: ReadYaml;

  constructor(read: ReadYaml) {
    this.#read = read;
  }

  /** A file with the files it includes merged below it. */
  included(root: MapNode, directory: string, depth: number): MapNode {
    let result: MapNode | undefined;
    for (const item of root.list('include')) {
      const node = item.get('path') ?? item;
      const home = item.string('project_directory');
      for (const part of node instanceof ListNode ? node.items : [node]) {
        const found = this.#find(part.string(), directory);
        if (found === undefined || depth > 10) continue;
        this.includes.add(found.file);
        const folder = (home === undefined ? undefined : joinPath(directory, home)) ?? folderOf(found.file.path);
        const child = this.included(found, folder, depth + 1);
        for (const { name } of found.pairs('services')) this.#directories.set(name, folder);
        result = result === undefined ? child : mergeCompose(result, child);
      }
    }
    return result === undefined ? root : mergeCompose(result, root);
  }

  services(root: MapNode, directory: string): ReadonlyMap<string, ComposeService> {
    const services = new Map<string, ComposeService>();
    for (const { name, key, value } of root.pairs('services')) {
      const whole =
        value instanceof MapNode
          ? this.#extended(value, root, directory, 0)
          : new MapNode(value.file, value.range, new Map());
      const profiles = whole.list('profiles').flatMap((profile) => profile.text() ?? []);
      const home = this.#directories.get(name) ?? directory;
      services.set(name, { file: key.file, range: key.range, name, root: whole, directory: home, profiles });
    }
    return services;
  }

  #extended(service: MapNode, root: MapNode, directory: string, depth: number): MapNode {
    const target = service.get('extends');
    if (target === undefined || depth > 20) return service;
    const name = target.string() ?? target.string('service');
    const path = target.string('file');
    const source = path === undefined ? root : this.#find(path, directory);
    const parent = name === undefined ? undefined : source?.map('services', name);
    if (source === undefined || parent === undefined) {
      this.complete = false;
      return service;
    }
    const base = this.#extended(parent, source, path === undefined ? directory : folderOf(source.file.path), depth + 1);
    return mergeService(without(base, 'depends_on', 'extends'), service);
  }

  #find(path: string | undefined, directory: string): MapNode | undefined {
    const target = path === undefined || path.includes('$') ? undefined : joinPath(directory, path);
    const found = target === undefined ? undefined : this.#read(target);
    if (found === undefined) this.complete = false;
    else this.files.add(found.file);
    return found;
  }
}

function mergeCompose(base: MapNode, over: MapNode): MapNode {
  const merged = mergeNodes(base, over, combine);
  return merged instanceof MapNode ? merged : over;
}

function mergeService(base: MapNode, over: MapNode): MapNode {
  const merged = mergeNodes(base, over, (path, left, right) => combine(['services', '', ...path], left, right));
  return merged instanceof MapNode ? merged : over;
}

/** https://github.com/compose-spec/compose-spec/blob/main/13-merge.md */
function combine(path: readonly string[], base: YamlNode, over: YamlNode): YamlNode {
  if (tagOf(over) === '!reset' || tagOf(over) === '!override') return over;
  const field = path.at(-1) ?? '';
  if (path[0] !== 'services') return over;
  if (keyed.has(field)) return mergeNodes(asMap(base), asMap(over));
  if (field === 'depends_on' || field === 'networks') return mergeNodes(asMap(base), asMap(over));
  if (!(base instanceof ListNode && over instanceof ListNode)) return over;
  if (field === 'volumes') {
    const targets = new Set(over.items.map(volumeTarget));
    return new ListNode(
      over.file,
      over.range,
      [...base.items.filter((item) => !targets.has(volumeTarget(item))), ...over.items],
      over.flow,
    );
  }
  return appended.has(field) ? new ListNode(over.file, over.range, [...base.items, ...over.items], over.flow) : over;
}

function tagOf(node: YamlNode): string | undefined {
  return node instanceof MapNode ? undefined : node.tag;
}

/** `[A=1, B]` as a mapping; the place of each value is the item's. */
export function asMap(node: YamlNode): MapNode {
  if (node instanceof MapNode) return node;
  const entries = new Map<string, Entry>();
  for (const item of node instanceof ListNode ? node.items : []) {
    const text = item.text();
    if (!(item instanceof ScalarNode) || text === undefined) continue;
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = new ScalarNode(item.file, item.range, equals < 0 ? null : text.slice(equals + 1), item.style);
    entries.set(name, { name, key: new ScalarNode(item.file, item.range, name, item.style), value });
  }
  return new MapNode(node.file, node.range, entries);
}

function volumeTarget(node: YamlNode): string | undefined {
  if (node instanceof MapNode) return node.text('target');
  const parts = node.text()?.split(':') ?? [];
  return parts.length > 1 ? parts[1] : parts[0];
}

/** Replaces variables by their defaults: https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md */
function interpolateDefaults(text: string): string | undefined {
  if (!text.includes('$')) return text;
  let unknown = false;
  const value = text.replace(
    /\$\$|\$\{\w+(?::?-((?:[^{}$]|\$\{[^{}]*\})*))?[^{}]*\}|\$\w+/g,
    (whole, fallback?: string) => {
      if (whole === '$$') return '$';
      const resolved = fallback === undefined ? undefined : interpolateDefaults(fallback);
      if (resolved === undefined) unknown = true;
      return resolved ?? whole;
    },
  );
  return unknown ? undefined : value;
}
