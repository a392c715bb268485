import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { annotationOf, bareType } from './_fields.ts';
import { says, withPlace } from './_ports.ts';

const service = {
  ...fastapiService,
  Dockerfile: dockerfile,
  'app/settings.py': `
    from pydantic import SecretStr
    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        signing_key: SecretStr


    settings = Settings()
  `,
};

const deployment = (env: string): string => `
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
            ${env}
`;

const plain = 'env: [{ name: SIGNING_KEY, value: k3yk3yk3y }]';

export const secretSettingFromSecret = defineRule({
  id: 'system/secret-setting-from-secret',
  summary: 'What the settings call a secret is supplied by a Secret',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'The code says that a value is secret by its type. A plain value or a ConfigMap is shown to everyone who may look at the pod, stands in git, and is not covered by the rights and the encryption that Secrets have.',
  source: 'https://kubernetes.io/docs/concepts/configuration/secret/',
  messages: {
    plain: {
      text: '{variable} is supplied in plain text, but {field} is a secret',
      remedy: 'Supply it by secretKeyRef, or as a file from a Secret, and change the value.',
    },
  },
  examples: {
    bad: [
      { files: { ...service, 'k8s/app.yaml': deployment(plain) }, at: ['k8s/app.yaml:12'] },
      {
        files: {
          ...service,
          'k8s/app.yaml': deployment('envFrom: [{ configMapRef: { name: orders } }]'),
          'k8s/config.yaml':
            'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: orders }\ndata:\n  SIGNING_KEY: k3yk3yk3y\n',
        },
        at: ['k8s/config.yaml:5'],
      },
    ],
    good: [
      {
        files: {
          ...service,
          'k8s/app.yaml': deployment(
            'env: [{ name: SIGNING_KEY, valueFrom: { secretKeyRef: { name: orders, key: signing-key } } }]',
          ),
        },
      },
      {
        files: {
          ...service,
          'app/settings.py':
            'from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    signing_key: str\n\n\nsettings = Settings()\n',
          'k8s/app.yaml': deployment(plain),
        },
        note: 'Whether that is a secret is not known.',
      },
      { files: { ...service, 'deploy/local/app.yaml': deployment(plain) }, note: 'For a cluster on a desk.' },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const { service, variables, kind, kubernetes } of runtimes) {
      const { project } = service;
      if (!project || kind !== 'kubernetes' || DESK.test(kubernetes?.container.file.path ?? '')) continue;
      for (const setting of service.settings.settings) {
        const name = setting.variables.find((item) => variables.all.has(item));
        const variable = name === undefined ? undefined : variables.all.get(name);
        if (!setting.field || !variable || (variable.source !== 'kubernetes' && variable.source !== 'config-map'))
          continue;
        const { value } = variable;
        if (value === undefined || value.trim() === '' || value.includes('$') || DESK.test(variable.file.path))
          continue;
        // An address without a password holds no secret.
        if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) && !/:\/\/[^:/@]*:[^@/]+@/.test(value)) continue;
        const annotation = annotationOf(project, setting);
        const type = annotation ? bareType(annotation) : undefined;
        const typeName = type?.kind === 'name' || type?.kind === 'attribute' ? type.name : '';
        const key = `${variable.file.path}:${variable.range.start}`;
        if (!/^Secret(Str|Bytes)$/.test(typeName) || told.has(key)) continue;
        told.add(key);
        report(
          'plain',
          variable,
          { variable: variable.name, field: withPlace(setting.field.name, setting) },
          { related: [says(setting, `The field is a ${typeName}`)] },
        );
      }
    }
  },
});

const DESK = /(^|[/_.-])(dev|development|local|test|minikube|kind|example)([/_.-]|$)/i;
