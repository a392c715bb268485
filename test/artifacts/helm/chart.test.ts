import { describe, expect, it } from 'vitest';
import { treeSource } from '../../../src/artifacts/file-source.ts';
import { openRepository } from '../../../src/artifacts/repository.ts';
import { plainValue } from '../../../src/artifacts/yaml/node.ts';
import { treeOf } from '../../../src/tree/tree.ts';

const helpers = `{{/* The full name. */}}
{{- define "orders.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "orders.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
{{- end }}
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "orders.fullname" . }}
  labels:
    {{- include "orders.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  template:
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- else }}
            []
            {{- end }}
`;

const chart = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: orders\nversion: 0.1.0\nappVersion: "1.2.3"\n',
  'chart/values.yaml':
    'replicaCount: 2\nautoscaling: { enabled: false }\nimage: { repository: r.example/orders, tag: "" }\nresources:\n  limits: { memory: 128Mi }\nenv: { B: "2", A: 1 }\n',
  'chart/templates/_helpers.tpl': helpers,
  'chart/templates/deployment.yaml': deployment,
  'chart/templates/NOTES.txt': 'Hello {{ .Values.nobody }}\n',
};

async function open(files: Readonly<Record<string, string>>) {
  return openRepository(treeSource(treeOf(files)));
}

describe('a Helm chart', () => {
  it('is rendered by its own values', async () => {
    const { environments, problems } = await open(chart);
    expect(problems).toEqual([]);
    const [environment] = environments;
    expect([environment?.origin, environment?.complete, environments.length]).toEqual(['helm', true, 1]);
    expect(environment?.objects.map((object) => plainValue(object.root))).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name: 'release-name-orders',
          labels: { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/version': '1.2.3' },
        },
        spec: {
          replicas: 2,
          template: {
            spec: {
              containers: [
                {
                  name: 'orders',
                  image: 'r.example/orders:1.2.3',
                  resources: { limits: { memory: '128Mi' } },
                  env: [
                    { name: 'A', value: '1' },
                    { name: 'B', value: '2' },
                  ],
                },
              ],
            },
          },
        },
      },
    ]);
  });

  it('keeps the places of its template', async () => {
    const { environments } = await open(chart);
    const object = environments[0]?.objects[0];
    const line = (node: ReturnType<NonNullable<typeof object>['root']['get']>) =>
      node?.file.position(node.range.start).line;
    expect(object?.file.path).toBe('chart/templates/deployment.yaml');
    expect(line(object?.root.get('metadata', 'name'))).toBe(4);
    expect(line(object?.root.get('spec', 'replicas'))).toBe(9);
    expect(line(object?.containers[0]?.root.get('image'))).toBe(15);
  });

  it('knows which values its templates read', async () => {
    const { environments } = await open(chart);
    expect(environments[0]?.chart?.references.map(({ path }) => path.join('.'))).toEqual([
      ...['autoscaling.enabled', 'replicaCount', 'image.repository', 'image.tag', 'resources', 'env'],
    ]);
  });

  it('says nothing about objects that depend on what is not known', async () => {
    const { environments } = await open({
      ...chart,
      'chart/templates/service.yaml':
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ required "a name" .Values.name }}\n',
      'chart/templates/ingress.yaml':
        '{{- if .Capabilities.APIVersions.Has "networking.k8s.io/v1" }}\napiVersion: v1\nkind: Ingress\n{{- end }}\n',
    });
    expect(environments[0]?.complete).toBe(false);
    expect(environments[0]?.objects.map((object) => object.kind)).toEqual(['Deployment']);
    expect(environments[0]?.chart?.unrendered.map((file) => file.path)).toEqual([
      'chart/templates/ingress.yaml',
      'chart/templates/service.yaml',
    ]);
  });

  it.each([
    ['a: {{ .Values.a\n', 1],
    ['{{ if .Values.a }}\na: 1\n', 1],
    ['a: 1\n{{ end }}\n', 2],
    ['a: {{ (.Values.a }}\n', 1],
  ])('reports a broken template: %j', async (text, line) => {
    const { problems } = await open({ ...chart, 'chart/templates/broken.yaml': text });
    expect(problems.map(({ file, range }) => `${file.path}:${file.position(range.start).line}`)).toEqual([
      `chart/templates/broken.yaml:${line}`,
    ]);
  });

  it('ends where templates include themselves', async () => {
    const { environments } = await open({
      ...chart,
      'chart/templates/loop.yaml':
        '{{- define "loop" }}{{ include "loop" . }}{{ include "loop" . }}{{ end }}\na: {{ include "loop" . }}\n',
    });
    expect(environments[0]?.complete).toBe(false);
  });
});
