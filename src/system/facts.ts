import type { Location } from '../artifacts/source-file.ts';
import { readMetricUses } from './alerts.ts';
import { composeRoutes, kubernetesRoutes } from './gateway.ts';
import { readPushes } from './pushes.ts';
import type { Runtime, System } from './system.ts';

/** What a fact is about. */
export type FactKind = 'port' | 'route' | 'setting' | 'variable' | 'start' | 'image' | 'queue' | 'metric' | 'gateway';

/** One thing that was read, in words, with the place that says so. */
export interface SystemFact extends Location {
  readonly kind: FactKind;
  /** The service; empty for what belongs to the repository as a whole. */
  readonly service: string;
  readonly text: string;
}

/** Everything that was read of a repository, in the order of services, kinds and places. What is not known is not among it. */
export function factsOf(system: System): readonly SystemFact[] {
  const found: SystemFact[] = [];
  const add = (kind: FactKind, service: string, text: string, { file, range }: Location): void => {
    found.push({ kind, service, text, file, range });
  };
  for (const { name, runtimes, routes, settings, messaging, metrics } of system.services) {
    for (const runtime of runtimes) {
      const where = titleOf(runtime);
      const { start } = runtime;
      if (start) {
        add(
          'start',
          name,
          `${where} starts ${start.program}${start.application ? ` with ${start.application.value}` : ''}`,
          start,
        );
        if (start.port)
          add('port', name, `${where} listens on ${start.host?.value ?? ''}:${start.port.value}`, start.port);
        if (start.workers) add('start', name, `${where} starts ${start.workers.value} workers`, start.workers);
        if (start.gracefulTimeout)
          add('start', name, `${where} may drain for ${start.gracefulTimeout.value} seconds`, start.gracefulTimeout);
      }
      const image = runtime.kubernetes?.container.root.get('image');
      if (image) add('image', name, `${where} runs ${image.text() ?? ''}`, image);
      if (runtime.kind === 'image') continue;
      for (const variable of runtime.variables.all.values())
        add('variable', name, `${where} is given ${variable.name} by ${variable.source}`, variable);
    }
    for (const route of routes.routes) add('route', name, `answers ${[...route.methods, route.path].join(' ')}`, route);
    for (const setting of settings.settings)
      add(
        'setting',
        name,
        `reads ${setting.variables.join(' or ')}${setting.required ? ', which is required' : ''}`,
        setting,
      );
    for (const queue of messaging.published) add('queue', name, `writes to ${queue.value}`, queue);
    for (const queue of messaging.consumed) add('queue', name, `reads from ${queue.value}`, queue);
    for (const metric of metrics.metrics) add('metric', name, `exports ${metric.samples.join(', ')}`, metric);
  }
  const { repository } = system;
  const gateways = [
    ...repository.environments.flatMap((environment) => kubernetesRoutes(environment)),
    ...repository.composeProjects.flatMap((project) =>
      [...project.services.values()].flatMap((service) => composeRoutes(project, service)),
    ),
  ];
  for (const route of gateways)
    add('gateway', '', `${route.gateway} sends ${route.path} to ${route.backend} as ${route.arriving}`, route);
  for (const image of readPushes(repository).images)
    add('image', '', `a pipeline pushes ${image.name}${image.tag === undefined ? '' : `:${image.tag}`}`, image);
  for (const use of readMetricUses(repository).uses) add('metric', '', `${use.user} asks for ${use.name}`, use);
  const seen = new Set<string>();
  return found.filter(({ kind, service, text, file, range }) => {
    const key = `${kind} ${service} ${text} ${file.path} ${range.start}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function titleOf({ kind, compose, kubernetes }: Runtime): string {
  if (compose) return `Compose service ${compose.service.name}`;
  if (kubernetes) return kubernetes.object.title;
  return `the ${kind}`;
}
