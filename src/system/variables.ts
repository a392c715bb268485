import type { ComposeProject, ComposeService } from '../artifacts/compose/compose.ts';
import { asMap } from '../artifacts/compose/load.ts';
import { type Dockerfile, lineage, type Stage } from '../artifacts/dockerfile/dockerfile.ts';
import type { Container, Environment } from '../artifacts/kubernetes/environment.ts';
import { joinPath } from '../artifacts/paths.ts';
import type { Repository } from '../artifacts/repository.ts';
import type { Location, SourceFile } from '../artifacts/source-file.ts';
import { ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';

/** A variable that is set for a container, and where. */
export interface ProvidedVariable extends Location {
  readonly name: string;
  /** The value; undefined when it comes from a secret or depends on something outside. */
  readonly value: string | undefined;
  readonly source: 'image' | 'compose' | 'env-file' | 'kubernetes' | 'config-map' | 'secret';
}

/** The variables of a container. */
export interface Variables {
  readonly all: ReadonlyMap<string, ProvidedVariable>;
  /** Whether these are all; false when a source could not be read. */
  readonly complete: boolean;
}

/** The variables that an image sets (ENV of its last stage and those it builds on). */
export function imageVariables(dockerfile: Dockerfile, stage: Stage | undefined = dockerfile.finalStage): Variables {
  const all = new Map<string, ProvidedVariable>();
  for (const part of stage ? lineage(stage) : []) {
    for (const instruction of part.instructions) {
      if (instruction.keyword !== 'ENV') continue;
      for (const assignment of instruction.assignments) {
        const value = assignment.value ? dockerfile.expand(assignment.value.value, instruction) : undefined;
        all.set(assignment.name, {
          name: assignment.name,
          value,
          source: 'image',
          file: assignment.file,
          range: assignment.range,
        });
      }
    }
  }
  return { all, complete: true };
}

/** The variables of a Compose service, over those of its image. */
export function composeVariables(
  repository: Repository,
  project: ComposeProject,
  service: ComposeService,
  image: Variables,
): Variables {
  const all = new Map(image.all);
  let complete = image.complete && project.complete;
  for (const item of listOf(service.root.get('env_file'))) {
    const path = item instanceof ScalarNode ? item.string() : item.string('path');
    const interpolated = path === undefined ? undefined : project.interpolate(path);
    const resolved = interpolated === undefined ? undefined : joinPath(service.directory, interpolated);
    const file = resolved === undefined ? undefined : repository.text(resolved);
    if (!file) {
      complete = false;
      continue;
    }
    for (const variable of readEnvFile(file)) all.set(variable.name, variable);
  }
  const environment = service.root.get('environment');
  for (const { name, key, value } of environment ? [...asMap(environment).entries.values()] : []) {
    const written = value instanceof ScalarNode && value.value !== null ? value.source : undefined;
    all.set(name, {
      name,
      value: written === undefined ? undefined : project.interpolate(written),
      source: 'compose',
      file: key.file,
      range: key.range,
    });
  }
  return { all, complete };
}

function listOf(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The variables of a Kubernetes container, over those of its image. */
export function containerVariables(environment: Environment, container: Container, image: Variables): Variables {
  const all = new Map(image.all);
  let complete = image.complete && environment.complete;
  for (const source of container.root.list('envFrom')) {
    const prefix = source.text('prefix') ?? '';
    const isMap = source.get('configMapRef') !== undefined;
    const name = source.text(isMap ? 'configMapRef' : 'secretRef', 'name');
    const object =
      name === undefined
        ? undefined
        : environment.find(isMap ? 'ConfigMap' : 'Secret', name, container.object.namespace);
    if (!object) {
      complete = false;
      continue;
    }
    for (const section of ['data', 'stringData']) {
      for (const { name: key, key: place, value } of object.root.pairs(section)) {
        const text = isMap ? value.text() : undefined;
        all.set(prefix + key, {
          name: prefix + key,
          value: text,
          source: isMap ? 'config-map' : 'secret',
          file: place.file,
          range: place.range,
        });
      }
    }
  }
  for (const item of container.root.list('env')) {
    const name = item.text('name');
    const node = item.get('name');
    if (name === undefined || !node) continue;
    const reference = item.text('valueFrom', 'configMapKeyRef', 'name');
    const key = item.text('valueFrom', 'configMapKeyRef', 'key');
    const map =
      reference === undefined ? undefined : environment.find('ConfigMap', reference, container.object.namespace);
    const direct = item.text('value');
    const value = direct ?? (map && key !== undefined ? map.root.text('data', key) : undefined);
    const known = value !== undefined && !/\$\(\w+\)/.test(value) ? value : undefined;
    all.set(name, {
      name,
      value: known,
      source: item.get('valueFrom', 'secretKeyRef') ? 'secret' : 'kubernetes',
      file: node.file,
      range: node.range,
    });
  }
  return { all, complete };
}

/** Reads a dotenv file: `NAME=value`, quotes removed; values with `$` are not known. */
export function readEnvFile(file: SourceFile): readonly ProvidedVariable[] {
  const found: ProvidedVariable[] = [];
  for (const match of file.text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*([^\r\n]*)/gm)) {
    const name = match[1] ?? '';
    const raw = (match[2] ?? '').trim();
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    const text = quoted ? (quoted[2] ?? '') : raw.replace(/\s+#.*$/, '');
    const start = match.index + match[0].indexOf(name);
    found.push({
      name,
      value: text.includes('$') ? undefined : text,
      source: 'env-file',
      file,
      range: { start, end: start + name.length },
    });
  }
  return found;
}
