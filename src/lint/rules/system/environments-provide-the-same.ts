import type { Runtime } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says } from './_ports.ts';

const code = {
  ...fastapiService,
  'app/config.py':
    'import os\n\nPAYMENTS_URL = os.environ.get("PAYMENTS_URL")\nLEVEL = os.environ.get("LEVEL", "INFO")\n',
  Dockerfile: dockerfile,
};

const overlay = (env: string): Record<'kustomization' | 'app', string> => ({
  kustomization: 'resources: [app.yaml]\n',
  app: `
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: orders }
    spec:
      selector: { matchLabels: { app: orders } }
      template:
        metadata: { labels: { app: orders } }
        spec:
          containers:
            - name: orders
              image: ghcr.io/acme/orders:1.4.0
              env: ${env}
  `,
});

const overlays = (staging: string, production: string): Record<string, string> => ({
  'k8s/staging/kustomization.yaml': overlay(staging).kustomization,
  'k8s/staging/app.yaml': overlay(staging).app,
  'k8s/production/kustomization.yaml': overlay(production).kustomization,
  'k8s/production/app.yaml': overlay(production).app,
});

export const environmentsProvideTheSame = defineRule({
  id: 'system/environments-provide-the-same',
  summary: 'A setting without a default is supplied in every environment or in none',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'What staging supplies and production does not was never tried: the first environment in which the service runs without it is the one that counts.',
  source: 'https://12factor.net/dev-prod-parity',
  messages: {
    drift: {
      text: '{variable} is supplied in {with}, but not in {without}',
      remedy: 'Supply it in both, or give the setting a default.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          ...code,
          ...overlays('[{ name: PAYMENTS_URL, value: "http://payments" }]', '[{ name: LEVEL, value: INFO }]'),
        },
        at: ['k8s/production/app.yaml:10'],
      },
      {
        files: { ...code, ...overlays('[]', '[{ name: PAYMENTS_URL, value: "http://payments" }]') },
        at: ['k8s/staging/app.yaml:10'],
      },
    ],
    good: [
      {
        files: {
          ...code,
          ...overlays(
            '[{ name: LEVEL, value: DEBUG }, { name: PAYMENTS_URL, value: "http://a" }]',
            '[{ name: PAYMENTS_URL, value: "http://b" }]',
          ),
        },
        note: 'A setting with a default may be left out.',
      },
      {
        files: {
          ...code,
          ...overlays('[{ name: PAYMENTS_URL, value: "http://payments" }]', '[]'),
          'k8s/production/app.yaml': overlay('[]').app.replace('env: []', 'envFrom: [{ secretRef: { name: orders } }]'),
        },
        note: 'What the Secret holds is not known.',
      },
    ],
  },
  check({ services }, { report }) {
    for (const service of services) {
      const groups = new Map<string, Runtime[]>();
      for (const runtime of service.runtimes) {
        if (!runtime.kubernetes || !runtime.start) continue;
        const key = `${runtime.kubernetes.object.kind} ${runtime.kubernetes.object.name} ${runtime.kubernetes.container.name}`;
        groups.set(key, [...(groups.get(key) ?? []), runtime]);
      }
      for (const runtimes of groups.values()) {
        for (const setting of service.settings.settings) {
          if (setting.default !== undefined && setting.default.kind !== 'none') continue;
          const [variable] = setting.variables;
          if (variable === undefined || setting.required) continue;
          const having = runtimes.find((runtime) => runtime.variables.all.has(variable));
          const lacking = runtimes.find(
            (runtime) =>
              runtime.variables.complete &&
              !runtime.variables.all.has(variable) &&
              !runtime.variables.all.has(`${variable}_FILE`),
          );
          const given = having?.variables.all.get(variable);
          if (
            !having ||
            !lacking ||
            !given ||
            having.kubernetes?.environment.origin !== lacking.kubernetes?.environment.origin
          )
            continue;
          report(
            'drift',
            lacking.place,
            {
              variable,
              with: having.kubernetes?.environment.name ?? '',
              without: lacking.kubernetes?.environment.name ?? '',
            },
            { related: [says(given, 'It is supplied here'), says(setting, 'It is read here')] },
          );
        }
      }
    }
  },
});
