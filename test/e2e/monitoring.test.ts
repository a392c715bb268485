import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Tree } from '../../src/tree/tree.ts';
import { debianPrograms } from '../support/debian.ts';
import { generateInto } from '../support/generate.ts';

const run = promisify(execFile);

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
interface RuleTests {
  readonly tests: readonly {
    readonly promql_expr_test?: readonly { readonly expr: string }[];
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: Rule['labels'] }[];
    }[];
  }[];
}

let folder = '';
const trees = new Map<string, Tree>();
let promtool = '';
let amtool = '';

describe.each(['single', 'several'])('the monitoring of a repository with %s', (name) => {
  const tree = (): Tree => trees.get(name) ?? new Map();
  const text = (path: string): string => String(tree().get(path)?.content);
  const paths = (pattern: RegExp): string[] => [...tree().keys()].filter((path) => pattern.test(path));
  const rulesOf = (path: string): readonly Rule[] => (parse(text(path)) as Rules).groups.flatMap(({ rules }) => rules);

  it('is configuration that Prometheus and Alertmanager accept', async () => {
    const cwd = join(folder, name, 'monitoring');
    // The paths of the container are those of the repository here.
    await run('sed', ['-i', 's#/etc/prometheus/##', 'prometheus.yml'], { cwd });
    const { stdout } = await run(promtool, ['check', 'config', 'prometheus.yml'], { cwd });
    expect(stdout.match(/SUCCESS: \d+ rules found/g)).toHaveLength(paths(/^monitoring\/rules\//).length);
    await run(amtool, ['check-config', 'alertmanager.yml'], { cwd });
  });

  it('has rules that pass their own unit tests', { timeout: 600_000 }, async () => {
    for (const path of paths(/^monitoring\/tests\//)) await run(promtool, ['test', 'rules', join(folder, name, path)]);
  });

  it('has a test for each rule and each severity of each alert', () => {
    for (const path of paths(/^monitoring\/rules\//)) {
      const { tests } = parse(text(path.replace('/rules/', '/tests/'))) as RuleTests;
      const recorded = tests.flatMap(({ promql_expr_test: cases = [] }) => cases.map((item) => item.expr));
      const fired = tests.flatMap(({ alert_rule_test: cases = [] }) =>
        cases.flatMap((item) =>
          item.exp_alerts.map((alert) => titleOf({ alert: item.alertname, labels: alert.exp_labels })),
        ),
      );
      for (const rule of rulesOf(path)) expect([...recorded, ...fired]).toContain(rule.record ?? titleOf(rule));
    }
  });

  it('links each alert to a section of the runbooks', () => {
    const sections = text('docs/runbooks.md').match(/^## .*$/gm) ?? [];
    const anchors = sections.map((title) => title.slice(3).toLowerCase());
    for (const path of paths(/^monitoring\/rules\//)) {
      for (const { alert, annotations } of rulesOf(path)) {
        if (alert === undefined) continue;
        const [page, anchor] = annotations?.runbook_url?.split('#') ?? [];
        expect(page).toMatch(/\/docs\/runbooks\.md$/);
        expect(anchors).toContain(anchor);
      }
    }
  });

  it('has the same rules in Kubernetes', () => {
    for (const path of paths(/^monitoring\/rules\//)) {
      const service = path.replace(/^.*\/(.*)\.yml$/, '$1');
      const folderOfService = name === 'single' ? '' : `services/${service}/`;
      const { spec } = parse(text(`${folderOfService}k8s/overlays/production/prometheus-rule.yaml`));
      expect(spec).toEqual(parse(text(path)));
    }
  });
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'monitoring-'));
  trees.set('single', await generateInto(join(folder, 'single'), 'name: orders\nservices: { orders: { path: . } }\n'));
  const several = 'services: { orders: {}, web-shop: { framework: flask, database: none } }';
  trees.set('several', await generateInto(join(folder, 'several'), `name: shop\n${several}\n`));
  promtool = join(await debianPrograms('prometheus'), 'promtool');
  amtool = join(await debianPrograms('prometheus-alertmanager'), 'amtool');
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** `ErrorBudgetBurn page availability 1h`: what tells an alerting rule from the others of its name. */
function titleOf({ alert, labels = {} }: Rule): string {
  return [alert, labels.severity, labels.slo, labels.window].filter((part) => part !== undefined).join(' ');
}
