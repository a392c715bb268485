import type { Service, Workspace } from './workspace.ts';

/** A choice that does not go with another one: where it stands in the spec, why, and the nearest choice that does. */
export interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** What goes together, a row a rule. Everything else is free. */
const SERVICE_RULES: readonly ((
  service: Service,
  workspace: Workspace,
) => (Omit<Refusal, 'path'> & { key: string }) | undefined)[] = [
  (service) =>
    service.broker !== 'none' && service.database === 'none'
      ? {
          key: 'broker',
          message: `broker ${service.broker} needs a database: outbox and inbox are tables`,
          remedy: 'Choose database postgres, or broker none.',
        }
      : undefined,
  (service) =>
    service.cache !== 'none' && service.database === 'none'
      ? {
          key: 'cache',
          message: `cache ${service.cache} needs a database: what is in the memory of one process is not for others to share`,
          remedy: 'Choose database postgres, or cache none.',
        }
      : undefined,
  (service) =>
    service.pattern !== 'none' && service.database === 'none'
      ? {
          key: 'pattern',
          message: `pattern ${service.pattern} needs a database`,
          remedy: 'Choose database postgres, or pattern none.',
        }
      : undefined,
  (service) =>
    service.pattern === 'saga' && service.broker === 'none'
      ? { key: 'pattern', message: 'pattern saga needs a broker', remedy: 'Choose broker rabbitmq, or pattern none.' }
      : undefined,
  (service) =>
    service.pattern === 'two-phase-commit' && service.database !== 'postgres' && service.database !== 'none'
      ? {
          key: 'pattern',
          message: `pattern two-phase-commit needs PostgreSQL's prepared transactions; database is ${service.database}`,
          remedy: 'Choose database postgres, or pattern saga.',
        }
      : undefined,
  (service) =>
    (service.publishes.length > 0 || service.subscribes.length > 0) && service.broker === 'none'
      ? {
          key: service.publishes.length > 0 ? 'publishes' : 'subscribes',
          message: 'events need a broker',
          remedy: 'Choose broker rabbitmq or kafka.',
        }
      : undefined,
  (service, workspace) => {
    const known = new Set(workspace.services.map((other) => other.name));
    const unknown = service.calls.find((name) => !known.has(name));
    if (unknown !== undefined) {
      return {
        key: 'calls',
        message: `no service is called "${unknown}"`,
        remedy: `Add it first: msvc add-service ${unknown}`,
      };
    }
    return service.calls.includes(service.name)
      ? { key: 'calls', message: `${service.name} calls itself`, remedy: 'Remove the name from calls.' }
      : undefined;
  },
];

const WORKSPACE_RULES: readonly ((workspace: Workspace) => Refusal | undefined)[] = [
  ({ strategy, deploy }) =>
    strategy === 'blue-green' && deploy !== 'kustomize' && deploy !== 'helm'
      ? {
          path: ['deploy', 'strategy'],
          message: `strategy blue-green needs deploy kustomize or helm; deploy is ${deploy}`,
          remedy: 'Choose deploy kustomize, or strategy rolling.',
        }
      : undefined,
  ({ strategy, deploy }) =>
    strategy === 'canary' && (deploy === 'none' || deploy === 'systemd')
      ? {
          path: ['deploy', 'strategy'],
          message: `strategy canary is refused with deploy ${deploy}`,
          remedy: 'Choose deploy kustomize, or strategy rolling.',
        }
      : undefined,
  ({ strategy, gateway, monitoring }) =>
    strategy === 'canary' && (gateway === 'none' || monitoring !== 'prometheus')
      ? {
          path: ['deploy', 'strategy'],
          message: 'strategy canary needs a gateway that weighs traffic and Prometheus that judges it',
          remedy: 'Choose gateway traefik and monitoring prometheus, or strategy rolling.',
        }
      : undefined,
];

/** Everything in a workspace that does not go together, in the order of the spec. */
export function refusals(workspace: Workspace): readonly Refusal[] {
  const found: Refusal[] = [];
  for (const rule of WORKSPACE_RULES) {
    const refusal = rule(workspace);
    if (refusal !== undefined) found.push(refusal);
  }
  for (const service of workspace.services) {
    for (const rule of SERVICE_RULES) {
      const refusal = rule(service, workspace);
      if (refusal !== undefined) {
        found.push({ path: ['services', service.name, refusal.key], message: refusal.message, remedy: refusal.remedy });
      }
    }
  }
  return found;
}
