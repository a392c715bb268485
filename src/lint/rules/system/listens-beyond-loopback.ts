import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

export const listensBeyondLoopback = defineRule({
  id: 'system/listens-beyond-loopback',
  summary: 'A server in a container binds an address that can be reached from outside of it',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'The loopback address of a container is its own. A server that binds 127.0.0.1 there answers nobody: published ports, Services and probes are all refused.',
  source: 'https://docs.docker.com/engine/network/#published-ports',
  messages: {
    loopback: {
      text: '{runtime} binds {host}, which nothing outside of the container can reach',
      remedy: 'Bind 0.0.0.0 (or ::) in the container.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('"0.0.0.0"', '"127.0.0.1"') },
        at: ['Dockerfile:5'],
      },
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('"--host", "0.0.0.0", ', '') },
        at: ['Dockerfile:5'],
        note: 'uvicorn binds the loopback address when it is told nothing.',
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile } },
      {
        files: {
          ...fastapiService,
          Dockerfile: dockerfile
            .replace(
              '"uvicorn", "app.main:app", "--host", "0.0.0.0"',
              '"sh", "-c", "exec uvicorn app.main:app --host $HOST"',
            )
            .replace(', "--port", "8000"', ''),
        },
        note: 'Nobody says what HOST is.',
      },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const { start, kind, image, kubernetes, compose, service } of runtimes) {
      const host = start?.host;
      if (!start || !host || !/^(127(\.\d+){3}|localhost|::1|\[::1\])$/.test(host.value)) continue;
      // Beside a proxy in the same pod, or in the host's network, the loopback address is shared.
      const shared =
        kubernetes &&
        (kubernetes.object.containers.filter((item) => item.role !== 'init').length > 1 ||
          kubernetes.object.podSpec?.boolean('hostNetwork'));
      if (shared || compose?.service.root.get('network_mode') !== undefined) continue;
      // What a Compose service or a pod overrides is judged there.
      if (
        kind === 'image' &&
        service.runtimes.some(
          (other) =>
            other !== undefined &&
            other.kind !== 'image' &&
            other.start?.host !== undefined &&
            other.start.host.value !== host.value,
        )
      )
        continue;
      const key = `${host.file.path}:${host.range.start}`;
      if (told.has(key)) continue;
      told.add(key);
      const runtime =
        kind === 'image'
          ? 'The image'
          : kind === 'compose'
            ? `The service ${compose?.service.name ?? ''}`
            : `The container ${kubernetes?.container.name ?? ''}`;
      const at = image?.stage?.from;
      report(
        'loopback',
        host,
        { runtime, host: withPlace(host.value, host) },
        at ? { related: [says(at, 'The image that starts it')] } : {},
      );
    }
  },
});
