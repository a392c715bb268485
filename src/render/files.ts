import { isSafePath } from '../tree/safe-path.ts';
import { compareText, type Tree, type TreeFile } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context, ServiceView } from './context.ts';
import type { Feature } from './feature.ts';

/**
 * The files that features bring.
 *
 * @param context what their templates know; with a service, the files are the service's
 * @param folders name → folder, for `__name__/`
 * @param owners path → the feature that has brought it; is added to
 * @returns path → file, sorted by path
 * @throws UserError where two features bring the same path, or one leads out of the workspace
 */
export function filesOf(
  features: readonly Feature[],
  context: Context,
  folders: ReadonlyMap<string, string>,
  owners: Map<string, string>,
): Tree {
  const { service } = context;
  const files: [string, TreeFile][] = [];
  for (const feature of features) {
    for (const { path: template, mode, content } of feature.files) {
      const path = inFolder(template, folders);
      if (path === undefined) continue;
      const target = path.startsWith(IN_ROOT)
        ? targetPath(path.slice(IN_ROOT.length), service)
        : `${service?.dir ?? ''}${targetPath(path, service)}`;
      claim(target, feature.name, owners);
      const rendered = typeof content === 'function' ? endWithLineBreak(content(context)) : content;
      const isList = feature.manifest.lists.includes(target);
      files.push([target, { content: rendered, mode, ...(isList ? { unordered: true as const } : {}) }]);
    }
  }
  return new Map(files.sort(([left], [right]) => compareText(left, right)));
}

function claim(path: string, feature: string, owners: Map<string, string>): void {
  if (!isSafePath(path)) {
    throw new UserError(`the feature brings a file to ${path}`, {
      place: { file: `${feature}/feature.yaml` },
      remedy: 'A file stays in the workspace, and out of .git and .msvc.',
    });
  }
  const other = owners.get(path);
  if (other !== undefined) {
    throw new UserError(`features ${other} and ${feature} both bring ${path}`, {
      place: { file: `${feature}/feature.yaml` },
      remedy: 'Let one of them offer a slot that the other fills.',
    });
  }
  owners.set(path, feature);
}

/** The folders that features declare for others to bring files to. */
export function foldersOf(features: readonly Feature[]): ReadonlyMap<string, string> {
  return new Map(features.flatMap(({ manifest }) => Object.entries(manifest.folders)));
}

/** `__manifests__/service.yaml` → `k8s/base/service.yaml`; undefined where no feature that applies declares the folder. */
export function inFolder(path: string, folders: ReadonlyMap<string, string>): string | undefined {
  const named = /^__([a-z][a-z-]*)__\/(.+)$/.exec(path);
  if (named === null || BUILT_IN_FOLDERS.has(named[1] ?? '')) return path;
  const folder = folders.get(named[1] ?? '');
  return folder === undefined ? undefined : `${folder}/${named[2]}`;
}

const BUILT_IN_FOLDERS: ReadonlySet<string> = new Set(['module', 'service', 'root']);

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
