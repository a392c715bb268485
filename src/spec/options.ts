/** One choice that a spec makes: its name in `msvc.yaml` and on the command line, and the values it may take. */
export interface Option {
  readonly name: string;
  /** A service option may differ from service to service; a workspace option holds for all. */
  readonly scope: 'service' | 'workspace';
  readonly values: readonly string[];
  readonly default: string;
  /** The value that asks for nothing: no feature needs to exist for it. */
  readonly neutral?: string;
  /** Whether several values may be chosen at once. */
  readonly many?: true;
  /** Set where a value parametrises features and is no feature itself (the Python version, the base image). */
  readonly parameter?: true;
  readonly description: string;
}

/** Every option, in the order in which people are asked. The one list that schema, flags, prompts and features share. */
export const OPTIONS = [
  {
    name: 'framework',
    scope: 'service',
    values: ['fastapi', 'flask', 'django'],
    default: 'fastapi',
    description: 'Python web framework',
  },
  {
    name: 'database',
    scope: 'service',
    values: ['postgres', 'mysql', 'sqlite', 'none'],
    default: 'postgres',
    neutral: 'none',
    description: 'database of the service (embedded SQLite stands in until a URL is given)',
  },
  {
    name: 'cache',
    scope: 'service',
    values: ['redis', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'cache in front of the database',
  },
  {
    name: 'broker',
    scope: 'service',
    values: ['rabbitmq', 'kafka', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'message broker for events',
  },
  {
    name: 'pattern',
    scope: 'service',
    values: ['saga', 'event-sourcing', 'two-phase-commit', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'data consistency pattern on the example resource',
  },
  {
    name: 'python',
    scope: 'service',
    values: ['3.11', '3.12', '3.13', '3.14', '3.15'],
    default: '3.14',
    parameter: true,
    description: 'Python version',
  },
  {
    name: 'base-image',
    scope: 'service',
    values: ['alpine', 'slim', 'distroless'],
    default: 'alpine',
    parameter: true,
    description: 'base of the container image',
  },
  {
    name: 'ci',
    scope: 'workspace',
    values: ['github', 'gitlab', 'jenkins', 'none'],
    default: 'github',
    neutral: 'none',
    many: true,
    description: 'CI pipelines',
  },
  {
    name: 'deploy',
    scope: 'workspace',
    values: ['kustomize', 'helm', 'systemd', 'none'],
    default: 'kustomize',
    neutral: 'none',
    description: 'how the services are deployed',
  },
  {
    name: 'strategy',
    scope: 'workspace',
    values: ['rolling', 'blue-green', 'canary'],
    default: 'rolling',
    neutral: 'rolling',
    description: 'how a new version takes over',
  },
  {
    name: 'gateway',
    scope: 'workspace',
    values: ['traefik', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'API gateway',
  },
  {
    name: 'logs',
    scope: 'workspace',
    values: ['stdout', 'loki', 'elk', 'graylog'],
    default: 'stdout',
    neutral: 'stdout',
    description: 'where logs are collected',
  },
  {
    name: 'monitoring',
    scope: 'workspace',
    values: ['prometheus', 'none'],
    default: 'prometheus',
    neutral: 'none',
    description: 'metrics and alerts',
  },
  {
    name: 'tracing',
    scope: 'workspace',
    values: ['otlp', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'distributed traces',
  },
  {
    name: 'config-service',
    scope: 'workspace',
    values: ['consul', 'none'],
    default: 'none',
    neutral: 'none',
    description: 'configuration service',
  },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]['name'];

type OptionNamed<Name extends OptionName> = Extract<(typeof OPTIONS)[number], { name: Name }>;

/** The values that an option may take, as a type. */
export type ValueOf<Name extends OptionName> = OptionNamed<Name>['values'][number];

/**
 * The option of that name.
 *
 * @throws Error for a name that is no option (a mistake in our code)
 */
export function optionNamed(name: string): Option {
  const option = OPTIONS.find((candidate) => candidate.name === name);
  if (option === undefined) throw new Error(`no option is called ${name}`);
  return option;
}
