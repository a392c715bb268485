import { compareText } from '../../tree/tree.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile } from '../source-file.ts';
import { MapNode, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { type Environment, environmentOf, KubeObject } from './environment.ts';

/** Manifests read from a set of files. */
export interface LoadedManifests {
  readonly environments: readonly Environment[];
  readonly problems: readonly Problem[];
}

/**
 * Groups plain manifests into environments: all files together, unless the same object is defined twice; then the
 * folders at which the definitions part are environments of their own.
 */
export function loadManifests(files: readonly SourceFile[]): LoadedManifests {
  const problems: Problem[] = [];
  const manifests = files.map((file) => ({ file, objects: readObjects(file, problems) }));
  return { environments: divide('', manifests), problems };
}

interface Manifest {
  readonly file: SourceFile;
  readonly objects: readonly KubeObject[];
}

/** The objects of a multi-document file, Lists taken apart. */
export function readObjects(file: SourceFile, problems: Problem[]): readonly KubeObject[] {
  return parseYaml(file).flatMap((document) => {
    problems.push(...document.problems.map((problem): Problem => ({ kind: 'kubernetes', ...problem })));
    return document.root === undefined ? [] : objectsOf(document.root);
  });
}

function objectsOf(root: YamlNode): readonly KubeObject[] {
  if (!(root instanceof MapNode)) return [];
  const kind = root.text('kind');
  if (kind?.endsWith('List') && root.get('items') !== undefined) return root.list('items').flatMap(objectsOf);
  return kind !== undefined && root.text('apiVersion') !== undefined ? [new KubeObject(root)] : [];
}

function divide(folder: string, manifests: readonly Manifest[]): readonly Environment[] {
  const objects = manifests.flatMap((manifest) => manifest.objects);
  if (objects.length === 0) return [];
  const children = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const rest = manifest.file.path.slice(folder === '' ? 0 : folder.length + 1);
    const slash = rest.indexOf('/');
    const child = slash < 0 ? '' : rest.slice(0, slash);
    children.set(child, [...(children.get(child) ?? []), manifest]);
  }
  const whole =
    children.size === 1 && !children.has('') ? undefined : environmentOf(folder || '.', 'manifests', objects, true);
  if (whole && (!hasDuplicates(objects) || children.size === 1)) return [whole];
  return [...children]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([child, group]) => {
      if (child !== '') return divide(folder === '' ? child : `${folder}/${child}`, group);
      return [
        environmentOf(
          folder || '.',
          'manifests',
          group.flatMap((manifest) => manifest.objects),
          false,
        ),
      ];
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
