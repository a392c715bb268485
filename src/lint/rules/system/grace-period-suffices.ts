import type { Location } from '../../../artifacts/source-file.ts';
import type { YamlNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const image = (flags: string): string => `
  FROM python:3.13-slim
  COPY . .
  CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"${flags}]
`;

const deployment = (grace: string, lifecycle = ''): string => `
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders }
  spec:
    selector: { matchLabels: { app: orders } }
    template:
      metadata: { labels: { app: orders } }
      spec:
        ${grace}
        containers:
          - name: orders
            image: ghcr.io/acme/orders:1.4.0
${lifecycle}`;

export const gracePeriodSuffices = defineRule({
  id: 'system/grace-period-suffices',
  summary: 'The platform waits longer than the server needs to drain',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The kubelet kills the container when terminationGracePeriodSeconds is over, counted from before the preStop hook; Compose after stop_grace_period (10 seconds). When the server would still wait for running requests, these are cut off at every deployment.',
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination',
  messages: {
    short: {
      text: '{given} seconds are granted, but the server may drain for {timeout} seconds{before}',
      remedy: 'Grant more than the preStop hook and the drain take together, or shorten the drain.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...fastapiService,
          Dockerfile: image(', "--timeout-graceful-shutdown", "60"'),
          'k8s/app.yaml': deployment('terminationGracePeriodSeconds: 45'),
        },
        at: ['k8s/app.yaml:9'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image(', "--timeout-graceful-shutdown", "25"'),
          'k8s/app.yaml': deployment(
            'terminationGracePeriodSeconds: 30',
            '            lifecycle: { preStop: { exec: { command: [sleep, "10"] } } }\n',
          ),
        },
        at: ['k8s/app.yaml:9'],
        note: 'The hook and the drain take 35 seconds together.',
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image(', "--timeout-graceful-shutdown", "20"'),
          'compose.yaml': `
            services:
              orders:
                build: .
          `,
        },
        at: ['compose.yaml:2'],
        note: 'Compose waits ten seconds when it is told nothing.',
      },
    ],
    good: [
      {
        files: {
          ...fastapiService,
          Dockerfile: image(', "--timeout-graceful-shutdown", "20"'),
          'k8s/app.yaml': deployment('terminationGracePeriodSeconds: 45'),
        },
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: image(''),
          'k8s/app.yaml': deployment('terminationGracePeriodSeconds: 5'),
        },
        note: 'How long the server drains is not said.',
      },
    ],
  },
  check(system, { report }) {
    for (const { start, kubernetes, compose, service } of system.runtimes) {
      const timeout = start?.gracefulTimeout;
      if (
        !start ||
        !timeout ||
        (start.program === 'gunicorn' && timeout.range.start === start.range.start && timeout.file === start.file)
      )
        continue;
      if (kubernetes) {
        const spec = kubernetes.object.podSpec;
        const node = spec?.get('terminationGracePeriodSeconds');
        const given = node === undefined ? 30 : node.number();
        const hook = preStopSeconds(kubernetes.container.root);
        if (
          given === undefined ||
          hook === undefined ||
          given > timeout.value + hook ||
          (given === timeout.value && hook === 0)
        )
          continue;
        const where: Location = node ?? kubernetes.container;
        const before = hook > 0 ? ` after a preStop hook of ${hook}` : '';
        report(
          'short',
          where,
          { given, timeout: withPlace(timeout.value, timeout), before },
          { related: [says(timeout, `${service.name} drains for up to ${timeout.value} seconds`)] },
        );
      } else if (compose) {
        const node = compose.service.root.get('stop_grace_period');
        const given = node === undefined ? 10 : duration(node.text() ?? '');
        if (given === undefined || given >= timeout.value) continue;
        report(
          'short',
          node ?? compose.service,
          { given, timeout: withPlace(timeout.value, timeout), before: '' },
          { related: [says(timeout, `${service.name} drains for up to ${timeout.value} seconds`)] },
        );
      }
    }
  },
});

/** How long the preStop hook takes: a sleep is known, no hook takes nothing. */
function preStopSeconds(container: YamlNode): number | undefined {
  const hook = container.get('lifecycle', 'preStop');
  if (hook === undefined) return 0;
  const sleep = hook.number('sleep', 'seconds');
  if (sleep !== undefined) return sleep;
  const words = hook.list('exec', 'command').map((item) => item.text() ?? '');
  const match = /^(?:\S*sh -c )?sleep (\d+)$/.exec(words.join(' '));
  return match ? Number(match[1]) : undefined;
}

/** `1m30s` in seconds. */
function duration(text: string): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text);
  if (!match || text === '') return undefined;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}
