import type { ComposeProject, ComposeService } from '../artifacts/compose/compose.ts';
import { asMap } from '../artifacts/compose/load.ts';
import type { Environment, KubeObject } from '../artifacts/kubernetes/environment.ts';
import type { Location } from '../artifacts/source-file.ts';
import { ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';
import { joinRoute } from './pattern.ts';

/** A path that a gateway sends to a service, with what the service is asked for. */
export interface GatewayRoute extends Location {
  /** `Ingress shop`, `router orders`. */
  readonly gateway: string;
  /** As clients write it. */
  readonly path: string;
  /** As it arrives at the service, after what the gateway strips, replaces or adds. */
  readonly arriving: string;
  readonly exact: boolean;
  /** Whether the last segment may go on: Traefik compares characters, the others segments. */
  readonly partial: boolean;
  readonly backend: string;
  readonly namespace: string | undefined;
}

/** A change of the path; undefined for one that is not known. */
type Rewrite = (path: string) => string;

/**
 * The routes of a Kubernetes environment's Ingress, HTTPRoute and IngressRoute objects. Routes by expressions, and those
 * whose rewriting is not understood, are left out.
 */
export function kubernetesRoutes(environment: Environment): readonly GatewayRoute[] {
  return [
    ...environment.ofKind('Ingress').flatMap(ingressRoutes),
    ...environment.ofKind('HTTPRoute').flatMap(httpRoutes),
    ...environment.ofKind('IngressRoute').flatMap((object) => traefikRoutes(environment, object)),
  ];
}

function ingressRoutes(object: KubeObject): readonly GatewayRoute[] {
  for (const name of object.annotations.keys())
    if (/rewrite|middleware|strip|snippet|app-root|plugins|path-handling|url-map|transform|actions\./i.test(name))
      return [];
  return object.root.list('spec', 'rules').flatMap((rule) =>
    rule.list('http', 'paths').flatMap((entry): readonly GatewayRoute[] => {
      const node = entry.get('path');
      const path = node?.text();
      const backend = entry.text('backend', 'service', 'name');
      if (!node || path === undefined || backend === undefined || !/^\/[\w./-]*$/.test(path)) return [];
      const exact = entry.text('pathType') === 'Exact';
      const partial = entry.text('pathType') === 'ImplementationSpecific';
      return [
        {
          gateway: object.title,
          path,
          arriving: path,
          exact,
          partial,
          backend,
          namespace: object.namespace,
          ...at(node),
        },
      ];
    }),
  );
}

function httpRoutes(object: KubeObject): readonly GatewayRoute[] {
  return object.root.list('spec', 'rules').flatMap((rule) => {
    const filters = [...rule.list('filters'), ...rule.list('backendRefs').flatMap((item) => item.list('filters'))];
    if (filters.some((filter) => /^(RequestRedirect|ExtensionRef)$/.test(filter.text('type') ?? ''))) return [];
    const rewrite = filters.find((filter) => filter.text('type') === 'URLRewrite')?.map('urlRewrite', 'path');
    return rule.list('matches').flatMap((match) => {
      const node = match.get('path', 'value');
      const path = node?.text();
      const type = match.text('path', 'type') ?? 'PathPrefix';
      if (!node || path === undefined || type === 'RegularExpression') return [];
      const full = rewrite?.text('replaceFullPath');
      const prefix = rewrite?.text('replacePrefixMatch');
      const arriving = full ?? prefix ?? path;
      return rule.list('backendRefs').flatMap((reference): readonly GatewayRoute[] => {
        const backend = reference.text('name');
        if (backend === undefined || (reference.text('kind') ?? 'Service') !== 'Service') return [];
        return [
          {
            gateway: object.title,
            path,
            arriving,
            exact: type === 'Exact' || full !== undefined,
            partial: false,
            backend,
            namespace: reference.text('namespace') ?? object.namespace,
            ...at(node),
          },
        ];
      });
    });
  });
}

function traefikRoutes(environment: Environment, object: KubeObject): readonly GatewayRoute[] {
  return object.root.list('spec', 'routes').flatMap((route) => {
    const node = route.get('match');
    const rule = traefikRule(node?.text());
    const rewrites = route.list('middlewares').map((reference) => {
      const name = reference.text('name');
      const middleware =
        name === undefined
          ? undefined
          : environment.find('Middleware', name, reference.text('namespace') ?? object.namespace);
      const spec = middleware?.root.map('spec');
      return spec ? kubernetesRewrite(spec) : undefined;
    });
    if (!node || !rule) return [];
    const arriving = apply(rule.path, rewrites);
    return arriving === undefined
      ? []
      : route.list('services').flatMap((service): readonly GatewayRoute[] => {
          const backend = service.text('name');
          if (backend === undefined || (service.text('kind') ?? 'Service') !== 'Service') return [];
          return [
            {
              gateway: object.title,
              path: rule.path,
              arriving,
              exact: rule.exact,
              partial: true,
              backend,
              namespace: service.text('namespace') ?? object.namespace,
              ...at(node),
            },
          ];
        });
  });
}

/** Middlewares that leave the path alone. */
const NEUTRAL =
  /^(headers|rateLimit|compress|retry|basicAuth|digestAuth|forwardAuth|ipAllowList|ipWhiteList|buffering|circuitBreaker|inFlightReq|redirectScheme|errors|contentType|passTLSClientCert|grpcWeb)$/i;

function kubernetesRewrite(spec: YamlNode): Rewrite | undefined {
  const names = spec.pairs().map(({ name }) => name);
  const [only] = names;
  if (only === undefined || names.length !== 1) return undefined;
  if (only === 'stripPrefix') {
    const prefixes = spec.list('stripPrefix', 'prefixes').flatMap((item) => item.text() ?? []);
    return (path) => strip(path, prefixes);
  }
  const prefix = spec.text('addPrefix', 'prefix');
  if (only === 'addPrefix' && prefix !== undefined) return (path) => joinRoute(prefix, path);
  return NEUTRAL.test(only) ? (path) => path : undefined;
}

/**
 * The routes that a Compose service's labels give to Traefik.
 *
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/
 */
export function composeRoutes(project: ComposeProject, service: ComposeService): readonly GatewayRoute[] {
  const labels = service.root.get('labels');
  const entries = labels ? [...asMap(labels).entries.values()] : [];
  const values = new Map<string, { readonly text: string; readonly node: YamlNode }>();
  for (const { name, value } of entries) {
    const text = value instanceof ScalarNode ? project.interpolate(value.source) : undefined;
    const key = project.interpolate(name);
    if (key !== undefined && text !== undefined) values.set(key.toLowerCase(), { text, node: value });
  }
  const found: GatewayRoute[] = [];
  for (const [key, { text, node }] of values) {
    const router = /^traefik\.http\.routers\.([^.]+)\.rule$/.exec(key)?.[1];
    const rule = router === undefined ? undefined : traefikRule(text);
    if (router === undefined || !rule) continue;
    const middlewares = (values.get(`traefik.http.routers.${router}.middlewares`)?.text ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const arriving = apply(
      rule.path,
      middlewares.map((name) => labelRewrite(name, values)),
    );
    if (arriving === undefined) continue;
    found.push({
      gateway: `router ${router}`,
      path: rule.path,
      arriving,
      exact: rule.exact,
      partial: true,
      backend: service.name,
      namespace: undefined,
      ...at(node),
    });
  }
  return found;
}

function labelRewrite(name: string, values: ReadonlyMap<string, { readonly text: string }>): Rewrite | undefined {
  const own = name.replace(/@docker$/, '').toLowerCase();
  const prefix = `traefik.http.middlewares.${own}.`;
  const kinds = new Set(
    [...values.keys()].flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length).split('.')[0] : [])),
  );
  const [only] = kinds;
  if (only === undefined || kinds.size !== 1) return undefined;
  if (only === 'stripprefix') {
    const prefixes = (values.get(`${prefix}stripprefix.prefixes`)?.text ?? '').split(',').map((item) => item.trim());
    return (path) => strip(path, prefixes);
  }
  const added = values.get(`${prefix}addprefix.prefix`)?.text;
  if (only === 'addprefix' && added !== undefined) return (path) => joinRoute(added, path);
  return NEUTRAL.test(only) ? (path) => path : undefined;
}

function apply(path: string, rewrites: readonly (Rewrite | undefined)[]): string | undefined {
  let current = path;
  for (const rewrite of rewrites) {
    if (!rewrite) return undefined;
    current = rewrite(current);
  }
  return current;
}

function strip(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((item) => item !== '' && path.startsWith(item));
  return prefix === undefined ? path : joinRoute('', path.slice(prefix.length));
}

/** The one path of a Traefik rule: `Host(…) && PathPrefix(…)`; alternatives, negations and expressions are not known. */
function traefikRule(text: string | undefined): { readonly path: string; readonly exact: boolean } | undefined {
  if (text === undefined || /\|\||!|PathRegexp/.test(text)) return undefined;
  const matches = [...text.matchAll(/\b(PathPrefix|Path)\(\s*[`"']([^`"']*)[`"']\s*\)/g)];
  const [match] = matches;
  const path = match?.[2];
  if (path === undefined || matches.length !== 1 || !/^\/[\w./-]*$/.test(path)) return undefined;
  return { path, exact: match?.[1] === 'Path' };
}

function at({ file, range }: Location): Location {
  return { file, range };
}
