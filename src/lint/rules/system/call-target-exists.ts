import type { ComposeProject } from '../../../artifacts/compose/compose.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import type { Runtime, System } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { composeTargets, says, withPlace } from './_ports.ts';

const compose = (url: string, more = ''): string => `
  services:
    orders:
      build: .
      environment:
        PAYMENTS_URL: ${url}
    payments:
      image: acme/payments:1.0
      expose: ["8000"]
${more}`;

export const callTargetExists = defineRule({
  id: 'system/call-target-exists',
  summary: 'The address of another service names a service that exists, and its port',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Service names are resolved by the DNS of Compose and Kubernetes. A misspelt name or the published port instead of the inner one fails only when the first call is made, often behind a retry.',
  source: 'https://docs.docker.com/compose/how-tos/networking/',
  messages: {
    host: {
      text: '{variable} points to {host}, but {file} has no such service',
      remedy: 'Use the name of a service of the same file.',
    },
    port: {
      text: '{variable} points to {host} on port {port}, which offers {offered}',
      remedy: 'Use the port inside the network.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'compose.yaml': compose('http://payment:8000') },
        at: ['compose.yaml:5'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile, 'compose.yaml': compose('http://payments:8001') },
        at: ['compose.yaml:5'],
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile, 'compose.yaml': compose('http://payments:8000/api') } },
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile,
          'compose.yaml': compose('http://legacy:9000', '  networks: { default: { external: true, name: company } }\n'),
        },
        note: 'Who else is on an external network is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      for (const variable of runtime.variables.all.values()) {
        const url = /^https?:\/\/(?:[^@/\s]*@)?([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d+))?(?:[/?#]|$)/i.exec(
          variable.value ?? '',
        );
        const host = url?.[1];
        if (host === undefined || variable.source === 'image') continue;
        const port = url?.[2] === undefined ? undefined : Number(url[2]);
        const wrong = runtime.compose
          ? wrongInCompose(system, runtime.compose.project, host, port)
          : wrongInKubernetes(runtime, host, port);
        if (wrong?.code === 'host') {
          const related = [says(wrong.place, 'The services are defined here')];
          report('host', variable, { variable: variable.name, host, file: wrong.place.file.path }, { related });
        } else if (wrong?.code === 'port') {
          const related = [says(wrong.place, `${host} offers ${wrong.offered}`)];
          report(
            'port',
            variable,
            { variable: variable.name, host, port: port ?? 80, offered: wrong.offered },
            { related },
          );
        }
      }
    }
  },
});

type Wrong =
  | { readonly code: 'host'; readonly place: Location }
  | { readonly code: 'port'; readonly place: Location; readonly offered: string };

function wrongInCompose(
  system: System,
  project: ComposeProject,
  host: string,
  port: number | undefined,
): Wrong | undefined {
  if (host.includes('.') || host === 'localhost' || !project.complete || hasExternalNetwork(project)) return undefined;
  const service = project.services.get(host);
  if (!service) return aliases(project).has(host) ? undefined : { code: 'host', place: project };
  const bound = system.runtimeOf(service)?.start?.port;
  const declared = composeTargets(project, service) ?? [];
  const offered = bound ? [bound, ...declared] : declared;
  const [first] = offered;
  if (port === undefined || !first || offered.some((item) => item.value === port)) return undefined;
  return { code: 'port', place: first, offered: withPlace(first.value, first) };
}

function wrongInKubernetes(runtime: Runtime, host: string, port: number | undefined): Wrong | undefined {
  const environment = runtime.kubernetes?.environment;
  const match = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?$/.exec(host);
  const name = match?.[1];
  if (!environment || name === undefined || (match?.[2] !== undefined && !host.includes('.svc'))) return undefined;
  const service = environment.find('Service', name, match?.[2] ?? runtime.kubernetes?.object.namespace);
  if (!service || service.root.text('spec', 'type') === 'ExternalName' || port === undefined) return undefined;
  const ports = service.root.list('spec', 'ports');
  const offered = ports.flatMap((item) => item.number('port') ?? []);
  const [first] = ports;
  if (!first || offered.length === 0 || offered.includes(port)) return undefined;
  if (service.root.text('spec', 'clusterIP') === 'None') return undefined;
  return { code: 'port', place: first, offered: withPlace(offered.join(', '), first) };
}

function hasExternalNetwork(project: ComposeProject): boolean {
  return (
    project.root
      .pairs('networks')
      .some(({ value }) => value.get('external') !== undefined && value.boolean('external') !== false) ||
    [...project.services.values()].some((service) => service.root.text('network_mode') !== undefined)
  );
}

/** Names under which services answer besides their own. */
function aliases(project: ComposeProject): ReadonlySet<string> {
  const names = new Set<string>(['host.docker.internal', 'gateway.docker.internal']);
  for (const service of project.services.values()) {
    for (const field of ['container_name', 'hostname']) {
      const name = service.root.text(field);
      if (name !== undefined) names.add(name);
    }
    for (const { value } of service.root.pairs('networks'))
      for (const alias of value.list('aliases')) names.add(alias.text() ?? '');
    for (const field of ['links', 'extra_hosts', 'external_links']) {
      for (const item of service.root.list(field))
        for (const part of (item.text() ?? '').split(/[:=]/)) names.add(part);
      for (const { name } of service.root.pairs(field)) names.add(name);
    }
  }
  return names;
}
