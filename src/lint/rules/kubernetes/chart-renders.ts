import { defineRule } from '../../rule.ts';

/** Templates whose objects are not known have not been linted, and the report says so. */
export const chartRenders = defineRule({
  id: 'kubernetes/chart-renders',
  summary: 'A chart can be rendered from its own values',
  severity: 'info',
  preset: 'strict',
  peers: [],
  why: 'What a template gives is only linted where it follows from the chart and its values. A template that asks the cluster or demands a value that has no default was passed over: nothing is wrong with it for that, but nobody has looked.',
  source: 'https://helm.sh/docs/chart_template_guide/functions_and_pipelines/',
  messages: {
    unknown: {
      text: 'What this template renders to is not known, so its objects are not linted',
      remedy: 'Give the values that it needs a default in values.yaml, or lint the output of helm template.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
          'chart/values.yaml': 'replicas: 2\n',
          'chart/templates/config.yaml': `
            {{- if .Capabilities.APIVersions.Has "example.com/v1" }}
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: shop
            {{- end }}
          `,
        },
        at: ['chart/templates/config.yaml:1'],
        note: 'Only the cluster knows which APIs it has.',
      },
    ],
    good: [
      {
        files: {
          'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
          'chart/values.yaml': 'greeting: hello\n',
          'chart/templates/config.yaml': `
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: shop
            data:
              greeting: {{ .Values.greeting | quote }}
          `,
        },
      },
    ],
  },
  check({ chart }, { report }) {
    for (const file of chart?.unrendered ?? []) {
      const end = file.text.search(/[\r\n]|$/);
      report('unknown', { file, range: { start: 0, end } });
    }
  },
});
