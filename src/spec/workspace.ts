import type { ValueOf } from './options.ts';

/** One service of the desired state, with every default filled in. */
export interface Service {
  readonly name: string;
  /** The Python package, derived from the name: `order-intake` → `order_intake`. */
  readonly module: string;
  /** The folder, relative to the workspace: `.` or `services/<name>`. */
  readonly path: string;
  readonly framework: ValueOf<'framework'>;
  readonly database: ValueOf<'database'>;
  readonly cache: ValueOf<'cache'>;
  readonly broker: ValueOf<'broker'>;
  readonly pattern: ValueOf<'pattern'>;
  readonly python: ValueOf<'python'>;
  readonly baseImage: ValueOf<'base-image'>;
  /** Names of services that this one calls over HTTP. */
  readonly calls: readonly string[];
  readonly publishes: readonly string[];
  readonly subscribes: readonly string[];
  /** Who reviews changes of the service. */
  readonly owners: readonly string[];
  /** The port on the developer's machine; unique in the workspace. */
  readonly hostPort: number;
}

/** The desired state: `msvc.yaml`, validated, with every default filled in. Services are sorted by name. */
export interface Workspace {
  readonly name: string;
  readonly python: ValueOf<'python'>;
  readonly baseImage: ValueOf<'base-image'>;
  readonly ci: readonly ValueOf<'ci'>[];
  readonly deploy: ValueOf<'deploy'>;
  readonly strategy: ValueOf<'strategy'>;
  readonly gateway: ValueOf<'gateway'>;
  readonly logs: ValueOf<'logs'>;
  readonly monitoring: ValueOf<'monitoring'>;
  readonly tracing: ValueOf<'tracing'>;
  readonly configService: ValueOf<'config-service'>;
  /** Who reviews what no service's owners do. */
  readonly owners: readonly string[];
  /** Features from outside: paths, npm packages or git addresses. */
  readonly packs: readonly string[];
  readonly services: readonly Service[];
}

/** Whether the workspace is one service at its root. */
export function isSingleService(workspace: Workspace): boolean {
  return workspace.services.length === 1 && workspace.services[0]?.path === '.';
}
