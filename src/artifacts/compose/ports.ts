import { MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import type { ComposeProject, ComposeService } from './compose.ts';

/** One published port of a service, as far as the file says. */
export interface PublishedPort {
  readonly node: YamlNode;
  /** The host's address; undefined for all of them. */
  readonly address: string | undefined;
  /** The host's port or range; undefined where any free one is taken. */
  readonly published: string | undefined;
  readonly target: string;
  readonly protocol: string;
}

/**
 * The ports that a service publishes; those with unknown variables are left out.
 *
 * @see https://docs.docker.com/reference/compose-file/services/#ports
 */
export function publishedPorts(project: ComposeProject, service: ComposeService): readonly PublishedPort[] {
  return service.root.list('ports').flatMap((node) => {
    if (node instanceof MapNode) {
      const target = known(project, node.text('target'));
      const published = known(project, node.text('published'));
      if (target === undefined || (published === undefined && node.get('published') !== undefined)) return [];
      return { node, address: node.text('host_ip'), published, target, protocol: node.text('protocol') ?? 'tcp' };
    }
    const text = node instanceof ScalarNode ? known(project, node.text()) : undefined;
    const match = /^(?:(?:(\[[^\]]+\]|[\d.]+|localhost):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(text ?? '');
    if (match === null) return [];
    const [, address, published, target = '', protocol = 'tcp'] = match;
    return { node, address, published: published || undefined, target, protocol };
  });
}

function known(project: ComposeProject, text: string | undefined): string | undefined {
  return text === undefined ? undefined : project.interpolate(text);
}
