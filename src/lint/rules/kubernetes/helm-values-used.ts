import type { HelmChart } from '../../../artifacts/helm/chart.ts';
import { joinPath } from '../../../artifacts/paths.ts';
import type { Repository } from '../../../artifacts/repository.ts';
import { MapNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';

const chart = 'apiVersion: v2\nname: orders\nversion: 1.0.0\n';

export const helmValuesUsed = defineRule({
  id: 'kubernetes/helm-values-used',
  summary: 'Each value of a chart is read by a template',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A value that no template reads promises a setting that does nothing. Whoever sets it looks for the fault everywhere but in the chart; mostly a key was renamed in the templates only.',
  source: 'https://helm.sh/docs/chart_best_practices/values/',
  messages: {
    unused: { text: 'No template reads .Values.{path}', remedy: 'Use it in a template or remove it.' },
  },
  examples: {
    bad: [
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'image:\n  repository: example.com/orders\n  tagg: 1.4.2\nreplicas: 2\nport: 8000\n',
          'chart/templates/service.yaml': `
            apiVersion: v1
            kind: Service
            metadata:
              name: orders
              annotations: { example.com/image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}" }
            spec:
              ports: [{ port: {{ .Values.port }} }]
          `,
        },
        at: ['chart/values.yaml:3', 'chart/values.yaml:4'],
      },
    ],
    good: [
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml':
            'image: { tag: 1.4.2 }\nlabels: { team: a }\nglobal: { x: 1 }\nhello: world\nempty: {}\n',
          'chart/templates/config.yaml': `
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: orders
              labels: {{ toYaml .Values.labels | nindent 4 }}
            data:
              TAG: {{ include "tag" . }}
              EMPTY: {{ .Values.empty.key | default "x" }}
          `,
          'chart/templates/_helpers.tpl': '{{ define "tag" }}{{ $.Values.image.tag }}{{ end }}\n',
          'chart/templates/NOTES.txt': '{{ .Values.hello }}\n',
        },
        note: 'A map that is used as a whole, a helper, the notes.',
      },
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'port: 8000\n',
          'chart/templates/config.yaml': '{{ $values := .Values }}\n',
        },
        note: 'All values are handed on.',
      },
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'host: a\nurl: "https://{{ .Values.host }}"\n',
          'chart/templates/config.yaml': 'a: {{ tpl .Values.url . }}\n',
        },
        note: 'A value that is a template.',
      },
      {
        files: {
          'chart/Chart.yaml': `${chart}dependencies:\n  - name: postgresql\n    version: 1.0.0\n    repository: https://example.com/charts\n`,
          'chart/values.yaml': 'postgresql: { auth: { database: orders } }\n',
          'chart/templates/config.yaml': 'a: b\n',
        },
        note: 'What another chart reads is not known.',
      },
    ],
  },
  check({ chart }, { report, repository }) {
    if (chart?.values === undefined || chart.templates.length === 0 || hasOthers(chart, repository)) return;
    // A library chart brings templates, its values are defaults for others.
    if (chart.root.string('type') === 'library') return;
    const used = usedValues(chart, chart.values, repository);
    if (used !== undefined) visit(chart.values, used, []);

    function visit(map: MapNode, level: Usage, path: readonly string[]): void {
      for (const { name, key, value } of map.entries.values()) {
        const below = level.get(name);
        const whole = [...path, name];
        if (path.length === 0 && name === 'global') continue;
        if (below === undefined) report('unused', key, { path: whole.join('.') });
        else if (below !== 'whole' && value instanceof MapNode) visit(value, below, whole);
      }
    }
  },
});

/** Whether other charts read these values too. */
function hasOthers({ root, directory }: HelmChart, repository: Repository): boolean {
  const inside = (path: string) => repository.exists(joinPath(directory, path) ?? path);
  return root.list('dependencies').length > 0 || inside('charts') || inside('requirements.yaml');
}

/** Which keys are read; `whole` where the value is used as it is. */
type Usage = Map<string, Usage | 'whole'>;

/** Undefined when all values are handed on, or a template reads them in a way that cannot be followed. */
function usedValues(chart: HelmChart, values: MapNode, repository: Repository): Usage | undefined {
  const folder = joinPath(chart.directory, 'templates') ?? 'templates';
  const usage: Usage = new Map();
  const paths = chart.references.map(({ path }) => path);
  // Notes and other files are templates too, and what could not be parsed still names its values.
  const texts = repository.below(folder).map((path) => repository.text(path)?.text ?? '');
  if (texts.some((text) => /\.Files\b/.test(text))) return undefined;
  // Values may be templates themselves.
  if (texts.some((text) => /\btpl\b/.test(text))) texts.push(values.file.text);
  for (const text of texts)
    for (const match of text.matchAll(/\.Values((?:\.\w+)*)/g)) paths.push((match[1] ?? '').split('.').slice(1));
  for (const path of paths) {
    let level = usage;
    for (const [index, name] of path.entries()) {
      const next = level.get(name);
      if (next === 'whole') break;
      if (index === path.length - 1) level.set(name, 'whole');
      else {
        const below: Usage = next ?? new Map();
        level.set(name, below);
        level = below;
      }
    }
    if (path.length === 0) return undefined;
  }
  return usage;
}
