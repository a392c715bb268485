import { OPTIONS } from '../spec/options.ts';
import { isSingleService, type Service, type Workspace } from '../spec/workspace.ts';
import { compareText } from '../tree/tree.ts';
import { UserError } from '../tree/user-error.ts';
import { valuesOf } from './condition.ts';
import type { Feature } from './feature.ts';

/** The port that every service listens on inside its container. */
const CONTAINER_PORT = 8000;

/** One environment variable that a service reads. */
export interface SettingView {
  readonly name: string;
  readonly field: string;
  readonly type: string;
  readonly description: string;
  readonly default: string | number | boolean | null;
  readonly hasDefault: boolean;
  readonly secret: boolean;
  readonly requiredIn: readonly string[];
  readonly example: string | number | boolean | null;
  readonly hasExample: boolean;
}

/** What the features of a service bring to it together. */
export interface Contributed {
  readonly settings: readonly SettingView[];
  /** Settings of which there is one for each called service; names without the service's. */
  readonly callSettings: readonly SettingView[];
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** What is opened at the start and closed at the end. */
  readonly lifespan: readonly PythonName[];
  /** What answers further paths. */
  readonly routes: readonly PythonName[];
}

/** Something in a module of the service's package. */
export interface PythonName {
  readonly module: string;
  readonly name: string;
}

/** What templates know of one service. */
export interface ServiceView extends Service, Contributed {
  /** Prefix for paths from the workspace's root: empty or `services/orders/`. */
  readonly dir: string;
  /** The workspace's root, seen from the service's folder: `.` or `../..`. */
  readonly root: string;
  readonly port: number;
  readonly has: Readonly<Record<string, boolean>>;
}

/**
 * What the workspace's templates alone know of its services. Those of a service do not: so its files follow from its own choices
 * and the workspace's, and a new service changes no other.
 */
interface Company {
  readonly services: readonly ServiceView[];
  /** Who reviews what no service's owners do. */
  readonly owners: readonly string[];
  /** Patterns of the folders that services are in, `services/*`. */
  readonly folders: readonly string[];
  /** Files whose lines may stand in any order. */
  readonly lists: readonly string[];
}

/** What every template knows. */
export interface Context {
  readonly workspace: {
    readonly name: string;
    readonly python: string;
    readonly single: boolean;
  } & Partial<Company>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly has: Readonly<Record<string, boolean>>;
  /** Version of create-microservice that renders. */
  readonly generator: string;
  readonly service?: ServiceView;
  readonly slots?: Readonly<Record<string, string>>;
}

/** The view of one service. */
export function serviceView(service: Service, has: ServiceView['has'], contributed: Contributed): ServiceView {
  return {
    ...service,
    ...contributed,
    settings: [
      ...contributed.settings,
      ...service.calls.flatMap((called) => contributed.callSettings.map((setting) => settingFor(called, setting))),
    ].sort((left, right) => compareText(left.name, right.name)),
    dir: service.path === '.' ? '' : `${service.path}/`,
    root: service.path === '.' ? '.' : service.path.replace(/[^/]+/g, '..'),
    port: CONTAINER_PORT,
    has,
  };
}

/**
 * What features bring to a service together.
 *
 * @throws UserError where two features pin one dependency differently or define one setting twice
 */
export function contributedBy(features: readonly Feature[]): Contributed {
  const contributions: readonly Contributions[] = features.map(({ name, manifest: { contributes } }) => ({
    feature: name,
    dependencies: contributes.dependencies,
    'dev-dependencies': contributes['dev-dependencies'],
    settings: contributes.settings,
    'call-settings': contributes['call-settings'],
    lifespan: contributes.lifespan,
    routes: contributes.routes,
  }));
  return {
    settings: settingsOf(contributions, 'settings'),
    callSettings: settingsOf(contributions, 'call-settings'),
    dependencies: requirements(contributions.map(({ feature, dependencies }) => ({ feature, list: dependencies }))),
    devDependencies: requirements(
      contributions.map((contribution) => ({ feature: contribution.feature, list: contribution['dev-dependencies'] })),
    ),
    lifespan: contributions.flatMap(({ lifespan }) => lifespan.map(pythonName)),
    routes: contributions.flatMap(({ routes }) => routes.map(pythonName)),
  };
}

/** What the templates of a workspace and of its services know alike. */
export function sharedContext(workspace: Workspace, generator: string): Omit<Context, 'has'> {
  const { ci, deploy, strategy, gateway, logs, monitoring, tracing, configService } = workspace;
  return {
    workspace: {
      name: workspace.name,
      python: workspace.python,
      single: isSingleService(workspace),
    },
    options: { ci, deploy, strategy, gateway, logs, monitoring, tracing, configService },
    generator,
  };
}

/**
 * What a service's templates know of the workspace.
 *
 * @returns what is given; that asks for more throws, also where Handlebars would take nothing for an empty list
 */
export function withoutCompany(workspace: Context['workspace']): Context['workspace'] {
  const refuse = (name: keyof Company) => ({
    get(): never {
      throw new UserError(`workspace.${name} is not for the templates of a service`, {
        remedy: 'Bring it by a feature of the workspace, or by a file of each service that is found by a pattern.',
      });
    },
  });
  const refused = {
    services: refuse('services'),
    owners: refuse('owners'),
    folders: refuse('folders'),
    lists: refuse('lists'),
  };
  return Object.defineProperties({ ...workspace }, refused);
}

/** What the workspace's templates know beyond that. */
export function companyOf(
  { owners }: Workspace,
  services: readonly ServiceView[],
  features: readonly Feature[],
): Company {
  const folders = services.map(({ path }) => (path.includes('/') ? path.replace(/[^/]+$/, '*') : path));
  return {
    services,
    owners,
    folders: [...new Set(folders)].sort(compareText),
    lists: features.flatMap(({ manifest }) => manifest.lists).sort(compareText),
  };
}

/**
 * A boolean for every value of every option (`has.postgres`, `has.blueGreen`), for every option that is not neutral
 * (`has.database`), and for `calls`, `publishes` and `subscribes`.
 */
export function truths(workspace: Workspace, services: readonly Service[]): Readonly<Record<string, boolean>> {
  const truth: Record<string, boolean> = {};
  for (const option of OPTIONS) {
    const values = valuesOf(option.name, workspace, services);
    const neutral = 'neutral' in option ? option.neutral : undefined;
    truth[camelCase(option.name)] = values.some((value) => value !== neutral);
    for (const value of option.values) {
      if (value !== 'none' && !('parameter' in option && option.name === 'python'))
        truth[camelCase(value)] = values.includes(value);
    }
  }
  for (const list of ['calls', 'publishes', 'subscribes'] as const) {
    truth[list] = services.some((service) => service[list].length > 0);
  }
  return truth;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

type Contributions = Pick<
  Feature['manifest']['contributes'],
  'dependencies' | 'dev-dependencies' | 'settings' | 'call-settings' | 'lifespan' | 'routes'
> & { readonly feature: string };

function pythonName(entry: string): PythonName {
  const [module = '', name = ''] = entry.split(':');
  return { module, name };
}

/** `_URL` → `PAYMENTS_URL`; `__called__` in what people read is the called service. */
function settingFor(called: string, setting: SettingView): SettingView {
  const name = `${called.replaceAll('-', '_').toUpperCase()}${setting.name}`;
  const named = <Value>(value: Value): Value | string =>
    typeof value === 'string' ? value.replaceAll('__called__', called) : value;
  return {
    ...setting,
    name,
    field: name.toLowerCase(),
    description: named(setting.description),
    default: named(setting.default),
    example: named(setting.example),
  };
}

function settingsOf(
  contributions: readonly Contributions[],
  kind: 'settings' | 'call-settings',
): readonly SettingView[] {
  const settings = new Map<string, SettingView>();
  for (const contribution of contributions) {
    for (const [name, setting] of Object.entries(contribution[kind])) {
      if (settings.has(name)) {
        throw new UserError(`two features define the setting ${name}`, {
          place: { file: `${contribution.feature}/feature.yaml` },
        });
      }
      settings.set(name, {
        name,
        field: name.toLowerCase(),
        type: setting.type,
        description: setting.description,
        default: setting.default ?? null,
        hasDefault: setting.default !== undefined,
        secret: setting.secret,
        requiredIn: setting['required-in'],
        example: setting.example ?? null,
        hasExample: setting.example !== undefined,
      });
    }
  }
  return [...settings.values()].sort((left, right) => compareText(left.name, right.name));
}

function requirements(
  lists: readonly { readonly feature: string; readonly list: readonly string[] }[],
): readonly string[] {
  const byName = new Map<string, string>();
  for (const { feature, list } of lists) {
    for (const requirement of list) {
      const name = distributionName(requirement);
      const other = byName.get(name);
      if (other !== undefined && other !== requirement) {
        throw new UserError(`${requirement} disagrees with ${other} of another feature`, {
          place: { file: `${feature}/feature.yaml` },
        });
      }
      byName.set(name, requirement);
    }
  }
  return [...byName.entries()]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, requirement]) => requirement);
}

/** The normalised name in a PEP 508 requirement (https://packaging.python.org/en/latest/specifications/name-normalization/). */
function distributionName(requirement: string): string {
  const name = /^[A-Za-z0-9._-]+/.exec(requirement)?.[0] ?? requirement;
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
