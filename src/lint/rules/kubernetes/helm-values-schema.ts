import { joinPath } from '../../../artifacts/paths.ts';
import { readJsonSchema } from '../../../artifacts/yaml/json-schema.ts';
import { violations } from '../../../artifacts/yaml/schema.ts';
import { defineRule } from '../../rule.ts';
import { reportViolations, schemaMessages } from '../../schema-report.ts';

const chart = 'apiVersion: v2\nname: orders\nversion: 1.0.0\n';
const schema = `{
  "$defs": { "port": { "type": "integer", "minimum": 1, "maximum": 65535 } },
  "type": "object",
  "required": ["image"],
  "properties": {
    "image": {
      "type": "object",
      "required": ["repository"],
      "properties": { "repository": { "type": "string" }, "pullPolicy": { "enum": ["Always", "IfNotPresent"] } },
      "additionalProperties": false
    },
    "port": { "$ref": "#/$defs/port" }
  }
}
`;

export const helmValuesSchema = defineRule({
  id: 'kubernetes/helm-values-schema',
  summary: 'The values of a chart fit its values.schema.json',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Helm checks the values against values.schema.json before it renders anything: a chart whose own values do not fit cannot be installed without overriding them. A schema that is no JSON stops every command.',
  source: 'https://helm.sh/docs/topics/charts/#schema-files',
  messages: { ...schemaMessages, broken: { text: '{path} is no JSON', remedy: 'Mend the schema.' } },
  examples: {
    bad: [
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'image:\n  repo: example.com/orders\n  pullPolicy: Sometimes\nport: 70000\n',
          'chart/values.schema.json': schema,
        },
        at: ['chart/values.yaml:1', 'chart/values.yaml:2', 'chart/values.yaml:3', 'chart/values.yaml:4'],
      },
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'port: 80\n',
          'chart/values.schema.json': '{ type: object }',
        },
        at: ['chart/values.schema.json:1'],
      },
    ],
    good: [
      {
        files: {
          'chart/Chart.yaml': chart,
          'chart/values.yaml': 'image:\n  repository: example.com/orders\n  pullPolicy:\nport: 8000\nother: 1\n',
          'chart/values.schema.json': schema,
        },
      },
      { files: { 'chart/Chart.yaml': chart, 'chart/values.yaml': 'port: many\n' } },
    ],
  },
  check({ chart }, { report, repository }) {
    const file = chart && repository.text(joinPath(chart.directory, 'values.schema.json') ?? '');
    if (chart === undefined || file === undefined) return;
    const parsed = readJsonSchema(file.text);
    if (parsed === undefined) {
      report(
        'broken',
        { file, range: { start: 0, end: file.text.split('\n', 1)[0]?.length ?? 0 } },
        { path: file.path },
      );
      return;
    }
    const { values } = chart;
    if (values === undefined) return;
    const first = values.pairs()[0]?.key ?? values;
    const found = violations(values, parsed.root, parsed.definitions, first, { nullIs: 'unknown' });
    reportViolations(report, found, 'The chart');
  },
});
