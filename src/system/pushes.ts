import { nestedCalls } from '../artifacts/pipeline/jenkins.ts';
import type { GithubJob, GithubStep, GithubWorkflow } from '../artifacts/pipeline/pipeline.ts';
import type { Repository } from '../artifacts/repository.ts';
import { flagValue, hasFlag, operands } from '../artifacts/shell/arguments.ts';
import type { ShellCommand, ShellScript } from '../artifacts/shell/script.ts';
import type { Location } from '../artifacts/source-file.ts';
import type { YamlNode } from '../artifacts/yaml/node.ts';

/** An image that a pipeline pushes. `*` stands for what is not known before it runs. */
export interface PushedImage extends Location {
  /** Registry and path. */
  readonly name: string;
  /** Undefined when no tag is written: `latest`. */
  readonly tag: string | undefined;
}

/** What the pipelines of a repository push. */
export interface Pushes {
  readonly images: readonly PushedImage[];
  /** Whether these are all, by their names. */
  readonly complete: boolean;
  /** Whether a pipeline may put other images into the manifests when it deploys. */
  readonly rewrites: boolean;
}

/** Reads `docker push`, `buildx build --push`, kaniko, buildah and podman, and the actions that build and push. */
export function readPushes(repository: Repository): Pushes {
  const found: PushedImage[] = [];
  let rewrites = false;
  const addScript = (script: ShellScript, variables: Lookup): void => {
    for (const command of script.commands) {
      rewrites ||= mayRewrite(command, repository);
      for (const word of pushedBy(command))
        found.push(pushed(word.text, { file: script.file, range: word.range }, variables));
    }
  };
  for (const pipeline of repository.pipelines) {
    if (pipeline.kind === 'github-workflow') {
      for (const job of pipeline.jobs) {
        for (const step of job.steps) {
          const variables = lookupIn([step.root.map('env'), job.root.map('env'), pipeline.root.map('env')]);
          if (step.script) addScript(step.script, variables);
          rewrites ||= /helm|argo|kustomize|deploy|k8s|kubectl|image-updater/i.test(usesName(step));
          found.push(...actionPushes(pipeline, job, step, variables));
        }
      }
    } else if (pipeline.kind === 'gitlab') {
      for (const job of pipeline.jobs) {
        if (job.hidden) continue;
        const variables = lookupIn([job.root.map('variables'), pipeline.root.map('variables')]);
        for (const script of job.scripts) addScript(script, variables);
      }
    } else if (pipeline.kind === 'jenkins') {
      for (const call of nestedCalls(pipeline.calls)) if (call.script) addScript(call.script, () => undefined);
      // The Docker plugin's pushes are Groovy, whose values are not followed.
      if (/\.push\(/.test(pipeline.file.text)) found.push({ name: '*', tag: '*', ...whole(pipeline) });
    } else rewrites = true;
  }
  return { images: found, complete: found.every((image) => literalBase(image.name) !== undefined), rewrites };
}

/** The last part of an image's name; undefined when it is not known. */
export function literalBase(name: string): string | undefined {
  const base = name.split('/').pop() ?? '';
  return base === '' || base.includes('*') ? undefined : base;
}

type Lookup = (name: string) => string | undefined;

function lookupIn(maps: readonly (YamlNode | undefined)[]): Lookup {
  return (name) => {
    for (const map of maps) {
      const value = map?.text(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function usesName(step: GithubStep): string {
  return step.uses?.string()?.split('@')[0] ?? '';
}

function actionPushes(
  workflow: GithubWorkflow,
  job: GithubJob,
  step: GithubStep,
  variables: Lookup,
): readonly PushedImage[] {
  const uses = usesName(step);
  if (uses !== 'docker/build-push-action') {
    if (
      !/(^|[/-])(kaniko|buildah|build-and-push|docker-build-push|publish-docker|docker-push|push-to-registry)/i.test(
        uses,
      )
    )
      return [];
    return [{ name: '*', tag: '*', ...whole(workflow) }];
  }
  const outputs = step.root.text('with', 'outputs') ?? '';
  if (
    step.root.text('with', 'push') === undefined
      ? !outputs.includes('push=true')
      : step.root.boolean('with', 'push') === false
  )
    return [];
  const node = step.root.get('with', 'tags');
  const text = node?.text();
  if (!node || text === undefined) return [{ name: '*', tag: '*', file: step.file, range: step.range }];
  const meta = /^\s*\$\{\{\s*steps\.([\w-]+)\.outputs\.tags\s*\}\}\s*$/.exec(text)?.[1];
  if (meta !== undefined) {
    const source = job.steps.find((item) => item.root.text('id') === meta);
    const images = source?.root.get('with', 'images');
    const written = images?.text();
    if (!images || written === undefined) return [{ name: '*', tag: '*', file: node.file, range: node.range }];
    return lines(written).map((line) => ({
      ...pushed(line.replace(/^name=/, '').split(',')[0] ?? '', images, variables),
      tag: '*',
    }));
  }
  return lines(text).map((line) => pushed(line, node, variables));
}

function lines(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function pushedBy(command: ShellCommand): readonly { readonly text: string; readonly range: Location['range'] }[] {
  const { name, args } = command;
  if (name === 'docker' || name === 'podman' || name === 'buildah' || name === 'nerdctl') {
    const words = operands(args, ['--config', '--context', '--log-level']);
    const isPush = words[0]?.value === 'push' || (words[0]?.value === 'image' && words[1]?.value === 'push');
    if (isPush) return words.slice(words[0]?.value === 'image' ? 2 : 1, words[0]?.value === 'image' ? 3 : 2);
    if (args.some((word) => word.value === 'build') && hasFlag(args, '--push')) return allValues(args, '-t', '--tag');
    return [];
  }
  return /executor$|kaniko/.test(name ?? '') ? allValues(args, '-d', '--destination') : [];
}

function allValues(
  args: ShellCommand['args'],
  ...names: readonly string[]
): readonly { readonly text: string; readonly range: Location['range'] }[] {
  return args.flatMap((_word, index) => {
    const value = flagValue(args.slice(index, index + 2), ...names);
    const text = args[index]?.value ?? args[index]?.text ?? '';
    return value && names.some((name) => text === name || text.startsWith(`${name}=`)) ? [value] : [];
  });
}

/** Commands that may change which image a manifest names, or whose doings are not seen from here. */
function mayRewrite(command: ShellCommand, repository: Repository): boolean {
  const name = command.name?.replace(/^\.\//, '') ?? '*';
  if (
    /^(helm|kustomize|yq|sed|envsubst|make|just|task|argocd|flux|skaffold|terraform|pulumi|ansible-playbook|python3?|node|npm|perl|tee)$/.test(
      name,
    )
  )
    return true;
  if ((name === 'bash' || name === 'sh') && command.args.length > 0) return true;
  const [first, second] = operands(command.args, ['-n', '--namespace']).map((word) => word.value);
  if (name === 'kubectl' && (first === 'patch' || first === 'edit' || (first === 'set' && second === 'image')))
    return true;
  return name.includes('*') || (name !== '' && repository.exists(name));
}

function pushed(text: string, place: Location, variables: Lookup): PushedImage {
  let resolved = text.replace(/^(["'])(.*)\1$/s, '$2');
  for (let round = 0; round < 4; round++)
    resolved = resolved
      .replace(/\$\{\{\s*env\.(\w+)\s*\}\}/g, (_all, name: string) => variables(name) ?? '*')
      .replace(
        /\$\{(\w+)\}|\$(\w+)/g,
        (_all, braced: string | undefined, plain: string | undefined) => variables(braced ?? plain ?? '') ?? '*',
      );
  resolved = resolved
    .replace(/\$\{\{[^}]*\}\}|\$\([^)]*\)|\$\{[^}]*\}|`[^`]*`/g, '*')
    .replace(/["'\\]/g, '')
    .replace(/\*+/g, '*');
  const slash = resolved.lastIndexOf('/');
  const colon = resolved.indexOf(':', slash + 1);
  const name = (colon < 0 ? resolved : resolved.slice(0, colon)).split('@')[0] ?? '';
  return { name, tag: colon < 0 ? undefined : resolved.slice(colon + 1), file: place.file, range: place.range };
}

function whole({ file }: { readonly file: Location['file'] }): Location {
  return { file, range: { start: 0, end: 0 } };
}
