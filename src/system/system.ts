import type { ComposeProject, ComposeService } from '../artifacts/compose/compose.ts';
import type { Dockerfile, Stage } from '../artifacts/dockerfile/dockerfile.ts';
import { parseImageReference } from '../artifacts/image-reference.ts';
import type { Container, Environment, KubeObject } from '../artifacts/kubernetes/environment.ts';
import { joinPath } from '../artifacts/paths.ts';
import type { PythonProject } from '../artifacts/python/project.ts';
import type { Repository } from '../artifacts/repository.ts';
import type { Location } from '../artifacts/source-file.ts';
import { MapNode, ScalarNode } from '../artifacts/yaml/node.ts';
import { type Messaging, readMessaging } from './messaging.ts';
import { type Metrics, readMetrics } from './metrics.ts';
import { type RouteTable, routesOf } from './routes.ts';
import type { ServerStart, StartContext } from './server.ts';
import { readSettings, type Settings } from './settings.ts';
import { composeStart, containerStart, imageStart } from './start-words.ts';
import { composeVariables, containerVariables, imageVariables, type Variables } from './variables.ts';

/** An image that the repository builds: a Dockerfile's stage with the folder it is built in. */
export interface ImageBuild {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage | undefined;
  /** The build context; undefined when it is not known. */
  readonly context: string | undefined;
}

/** One way in which a service runs: its image alone, a Compose service, a container of a workload. */
export interface Runtime {
  readonly kind: 'image' | 'compose' | 'kubernetes';
  readonly service: Service;
  readonly image: ImageBuild | undefined;
  readonly compose: { readonly project: ComposeProject; readonly service: ComposeService } | undefined;
  readonly kubernetes:
    | { readonly environment: Environment; readonly object: KubeObject; readonly container: Container }
    | undefined;
  readonly place: Location;
  readonly variables: Variables;
  /** How the server starts there; undefined when it is not known, or it is no server. */
  readonly start: ServerStart | undefined;
}

const NOTHING_READ: Settings = { settings: [], open: true, customSources: true };
const NO_ROUTES: RouteTable = { routes: [], complete: false, applications: [] };

/** A service that the repository holds the code or the Dockerfile of. Facts are read when they are first asked for. */
export class Service {
  readonly name: string;
  /** Its folder. */
  readonly root: string;
  readonly project: PythonProject | undefined;
  readonly images: readonly ImageBuild[];
  readonly runtimes: Runtime[] = [];
  #routes: RouteTable | undefined;
  #settings: Settings | undefined;
  #metrics: Metrics | undefined;
  #messaging: Messaging | undefined;

  constructor(name: string, root: string, project: PythonProject | undefined, images: readonly ImageBuild[]) {
    this.name = name;
    this.root = root;
    this.project = project;
    this.images = images;
  }

  get routes(): RouteTable {
    this.#routes ??= this.project ? routesOf(this.project) : NO_ROUTES;
    return this.#routes;
  }

  get settings(): Settings {
    this.#settings ??= this.project ? readSettings(this.project) : NOTHING_READ;
    return this.#settings;
  }

  get metrics(): Metrics {
    this.#metrics ??= this.project ? readMetrics(this.project) : { metrics: [], open: true };
    return this.#metrics;
  }

  get messaging(): Messaging {
    this.#messaging ??= this.project
      ? readMessaging(this.project)
      : { published: [], consumed: [], publishesUnknown: true, consumesUnknown: true };
    return this.#messaging;
  }

  /** What a start is read in, with the variables of one runtime. */
  context(variables: Variables): Omit<StartContext, 'file'> {
    return { project: this.project, settings: this.settings, variables };
  }
}

/** The observed graph: the services of a repository and how they are built, run and joined. */
export interface System {
  readonly repository: Repository;
  readonly services: readonly Service[];
  readonly runtimes: readonly Runtime[];
  /** The service that an image of that name is built from; undefined when it is none of the repository's. */
  serviceOfImage(image: string): Service | undefined;
  /** The runtimes in a Kubernetes environment. */
  runtimesIn(environment: Environment): readonly Runtime[];
  /** The runtime of a Compose service. */
  runtimeOf(service: ComposeService): Runtime | undefined;
}

const systems = new WeakMap<Repository, System>();

/** Joins what was read into the graph of services; computed once for a repository. */
export function systemOf(repository: Repository): System {
  const known = systems.get(repository);
  if (known) return known;
  const system = new Builder(repository).build();
  systems.set(repository, system);
  return system;
}

/** The workloads that a Kubernetes Service sends to. */
export function workloadsOf(environment: Environment, service: KubeObject): readonly KubeObject[] {
  const selector = service.root.map('spec', 'selector');
  if (!selector || selector.entries.size === 0) return [];
  return environment.selectedBy(selector, service.namespace);
}

interface Use {
  readonly project: ComposeProject;
  readonly service: ComposeService;
  readonly dockerfile: Dockerfile | undefined;
  readonly context: string | undefined;
  readonly stage: Stage | undefined;
}

class Builder {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  build(): System {
    const uses = this.#composeBuilds();
    const services = this.#services(uses);
    const index = new ImageIndex(services, uses);
    const byImage = (image: string): Service | undefined => index.find(image);
    const runtimes: Runtime[] = [];
    for (const service of services) {
      for (const image of service.images) runtimes.push(imageRuntime(service, image));
    }
    for (const use of uses) {
      const service =
        services.find((item) => item.images.some((image) => image.dockerfile === use.dockerfile)) ?? undefined;
      if (service) runtimes.push(this.#composeRuntime(service, use));
    }
    for (const environment of this.#repository.environments) {
      for (const object of environment.objects) {
        for (const container of object.containers) {
          if (container.role !== 'main') continue;
          const image = container.root.text('image');
          const service = image === undefined ? undefined : (byImage(image) ?? soleService(services, image, container));
          if (service) runtimes.push(kubernetesRuntime(service, environment, object, container));
        }
      }
    }
    for (const runtime of runtimes) runtime.service.runtimes.push(runtime);
    return {
      repository: this.#repository,
      services,
      runtimes,
      serviceOfImage: byImage,
      runtimesIn: (environment) => runtimes.filter((runtime) => runtime.kubernetes?.environment === environment),
      runtimeOf: (service) => runtimes.find((runtime) => runtime.compose?.service === service),
    };
  }

  #composeBuilds(): readonly Use[] {
    const uses: Use[] = [];
    for (const project of this.#repository.composeProjects) {
      for (const service of project.services.values()) {
        const build = service.root.get('build');
        if (build === undefined) continue;
        const folder = build instanceof ScalarNode ? build.source : (build.text('context') ?? '.');
        const interpolated = project.interpolate(folder);
        const context = interpolated === undefined ? undefined : joinPath(service.directory, interpolated);
        const named = build instanceof MapNode ? build.text('dockerfile') : undefined;
        const name = named === undefined ? 'Dockerfile' : project.interpolate(named);
        const path = context === undefined || name === undefined ? undefined : joinPath(context, name);
        const dockerfile = this.#repository.dockerfiles.find((item) => item.file.path === path);
        const target = build instanceof MapNode ? build.text('target') : undefined;
        const stage =
          target === undefined
            ? dockerfile?.finalStage
            : dockerfile?.stages.find((item) => item.name?.value === target);
        uses.push({ project, service, dockerfile, context, stage });
      }
    }
    return uses;
  }

  #services(uses: readonly Use[]): readonly Service[] {
    const python = this.#repository.python;
    const services: Service[] = [];
    const taken = new Set<PythonProject>();
    for (const dockerfile of this.#repository.dockerfiles) {
      if (dockerfile.finalStage === undefined) continue;
      const folder = folderOf(dockerfile.file.path);
      const own = uses.filter((use) => use.dockerfile === dockerfile);
      const contexts = new Set(own.map((use) => use.context));
      const context =
        contexts.size === 1
          ? [...contexts][0]
          : contexts.size === 0
            ? this.#guessContext(dockerfile, folder)
            : undefined;
      const project = this.#projectOf(dockerfile, folder, context);
      if (project) taken.add(project);
      const images = [{ dockerfile, stage: dockerfile.finalStage, context }];
      const root = project?.root ?? folder;
      const name = lastPart(root) ?? project?.name ?? own[0]?.service.name ?? lastPart(folder) ?? 'service';
      services.push(new Service(name, root, project, images));
    }
    for (const project of python?.projects ?? []) {
      if (taken.has(project) || project.modulePaths.length === 0) continue;
      const service = new Service(lastPart(project.root) ?? project.name ?? 'service', project.root, project, []);
      if (service.routes.applications.length > 0) services.push(service);
    }
    return services;
  }

  /** The Dockerfile's folder, or the root when what it copies stands there and not beside it. */
  #guessContext(dockerfile: Dockerfile, folder: string): string | undefined {
    const sources = copySources(dockerfile);
    const missing = (base: string): number => sources.filter((source) => !this.#exists(base, source)).length;
    if (folder === '' || missing(folder) === 0) return folder;
    if (missing('') === 0) return '';
    return undefined;
  }

  #exists(base: string, source: string): boolean {
    if (/[*?[$]/.test(source)) return true;
    const path = joinPath(base, source.replace(/^\/+/, ''));
    return path !== undefined && (path === '' || this.#repository.exists(path));
  }

  #projectOf(dockerfile: Dockerfile, folder: string, context: string | undefined): PythonProject | undefined {
    const projects = this.#repository.python?.projects ?? [];
    const at = (root: string): PythonProject | undefined => projects.find((project) => project.root === root);
    if (folder !== '' && at(folder)) return at(folder);
    if (context !== undefined) {
      const copied = copySources(dockerfile).flatMap((source) => joinPath(context, source.replace(/^\/+/, '')) ?? []);
      const inside = projects.filter(
        (project) =>
          project.root !== '' &&
          project.root !== context &&
          copied.some((path) => path === project.root || path.startsWith(`${project.root}/`)),
      );
      const [only] = inside;
      if (inside.length === 1) return only;
      if (inside.length > 1) return undefined;
      if (at(context)) return at(context);
    }
    return folder === '' ? at('') : undefined;
  }

  #composeRuntime(service: Service, use: Use): Runtime {
    const image: ImageBuild | undefined = use.dockerfile
      ? { dockerfile: use.dockerfile, stage: use.stage, context: use.context }
      : undefined;
    const repository = this.#repository;
    return lazyRuntime(
      {
        kind: 'compose',
        service,
        image,
        compose: { project: use.project, service: use.service },
        kubernetes: undefined,
        place: use.service,
      },
      () =>
        composeVariables(
          repository,
          use.project,
          use.service,
          image ? imageVariables(image.dockerfile, image.stage) : NO_VARIABLES,
        ),
      (variables) => composeStart(use.project, use.service, image?.stage, service.context(variables)),
    );
  }
}

const NO_VARIABLES: Variables = { all: new Map(), complete: false };

function imageRuntime(service: Service, image: ImageBuild): Runtime {
  return lazyRuntime(
    {
      kind: 'image',
      service,
      image,
      compose: undefined,
      kubernetes: undefined,
      place: image.stage?.from ?? { file: image.dockerfile.file, range: { start: 0, end: 0 } },
    },
    () => imageVariables(image.dockerfile, image.stage),
    (variables) => imageStart(image.dockerfile, image.stage, service.context(variables)),
  );
}

function kubernetesRuntime(
  service: Service,
  environment: Environment,
  object: KubeObject,
  container: Container,
): Runtime {
  const [image] = service.images;
  return lazyRuntime(
    {
      kind: 'kubernetes',
      service,
      image,
      compose: undefined,
      kubernetes: { environment, object, container },
      place: container,
    },
    () =>
      containerVariables(environment, container, image ? imageVariables(image.dockerfile, image.stage) : NO_VARIABLES),
    (variables) => containerStart(container, image?.stage, service.context(variables)),
  );
}

function lazyRuntime(
  fixed: Omit<Runtime, 'variables' | 'start'>,
  readVariables: () => Variables,
  read: (variables: Variables) => ServerStart | undefined,
): Runtime {
  let variables: Variables | undefined;
  let start: ServerStart | null | undefined;
  return {
    ...fixed,
    get variables() {
      variables ??= readVariables();
      return variables;
    },
    get start() {
      if (start === undefined) start = read(this.variables) ?? null;
      return start ?? undefined;
    },
  };
}

/** What a Dockerfile copies from its context (not from other stages or addresses). */
export function copySources(dockerfile: Dockerfile): readonly string[] {
  return dockerfile.instructions.flatMap((instruction) => {
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
    if (instruction.flags.some((flag) => flag.name === 'from') || instruction.heredocs.length > 0) return [];
    const words = instruction.exec ?? instruction.words;
    return words.slice(0, -1).flatMap((word) => {
      const text = dockerfile.expand(word.value, instruction) ?? word.value;
      return /^\w+:\/\//.test(text) ? [] : [text];
    });
  });
}

/** Finds the service that an image is built from, by the image names that Compose gives and by the services' own names. */
class ImageIndex {
  readonly #byRepository = new Map<string, Service>();
  readonly #byName = new Map<string, Set<Service>>();

  constructor(services: readonly Service[], uses: readonly Use[]) {
    const byDockerfile = new Map(
      services.flatMap((service) => service.images.map((image) => [image.dockerfile, service] as const)).reverse(),
    );
    for (const service of services) {
      this.#add(service.name, service);
      if (service.project?.name !== undefined) this.#add(service.project.name, service);
    }
    for (const { project, service: used, dockerfile } of uses) {
      const service = dockerfile && byDockerfile.get(dockerfile);
      if (service === undefined) continue;
      this.#add(used.name, service);
      const named = used.root.text('image');
      const own = named === undefined ? undefined : parseImageReference(project.interpolate(named) ?? named);
      if (own && !this.#byRepository.has(own.repository)) this.#byRepository.set(own.repository, service);
    }
  }

  /** The service; undefined when it is none of the repository's, or not just one may be meant. */
  find(image: string): Service | undefined {
    const reference = parseImageReference(image);
    const repository = reference?.repository ?? (/^[^:@$]+(?=[:@]|$)/.exec(image)?.[0] || undefined);
    if (repository === undefined) return undefined;
    const known = this.#byRepository.get(repository);
    if (known) return known;
    const base = repository.split('/').pop() ?? repository;
    const exact = this.#byName.get(base);
    if (exact) return only(exact);
    const partial = new Set<Service>();
    for (let dash = base.indexOf('-'); dash >= 0; dash = base.indexOf('-', dash + 1)) {
      const name = base.slice(dash + 1);
      if (name.length > 2) for (const service of this.#byName.get(name) ?? []) partial.add(service);
    }
    return only(partial);
  }

  #add(name: string, service: Service): void {
    const known = this.#byName.get(name);
    if (known) known.add(service);
    else this.#byName.set(name, new Set([service]));
  }
}

function only(services: ReadonlySet<Service>): Service | undefined {
  const [first] = services;
  return services.size === 1 ? first : undefined;
}

/** In a repository with one image, the workload whose container bears the service's name runs it. */
function soleService(services: readonly Service[], image: string, container: Container): Service | undefined {
  const built = services.filter((service) => service.images.length > 0);
  const [only] = built;
  if (built.length !== 1 || !only) return undefined;
  const reference = parseImageReference(image);
  const base = reference?.repository.split('/').pop();
  const named = base !== undefined && (container.name === base || container.object.name === base);
  return named && !THIRD_PARTY.test(base ?? '') ? only : undefined;
}

const THIRD_PARTY =
  /^(postgres|postgresql|mysql|mariadb|redis|valkey|rabbitmq|kafka|zookeeper|nginx|traefik|prometheus|grafana|loki|consul|vault|mongo|mongodb|elasticsearch|kibana|busybox|alpine|curl|jaeger|memcached|minio|keycloak|mailhog|adminer|pgadmin4?)$/;

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function lastPart(path: string): string | undefined {
  const part = path.split('/').pop();
  return part === undefined || part === '' || part === 'src' || part === 'app' || part === 'docker' ? undefined : part;
}
