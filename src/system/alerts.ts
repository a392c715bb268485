import type { Repository } from '../artifacts/repository.ts';
import type { Location } from '../artifacts/source-file.ts';
import { MapNode, ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';
import { parseYaml } from '../artifacts/yaml/parse.ts';
import { metricNames } from './promql.ts';

/** A place where a metric is asked for. */
export interface MetricUse extends Location {
  readonly name: string;
  /** What asks: `alert OrdersFailing`, `rule orders:rate`, `panel Orders`. */
  readonly user: string;
}

/** What alerts, recording rules and dashboards of a repository ask for, and the names that rules record. */
export interface MetricUses {
  readonly uses: readonly MetricUse[];
  readonly recorded: ReadonlySet<string>;
}

const RULE_FILE = /(^|\/)[^/]*(rules?|alerts?|alerting)[^/]*\.ya?ml$/i;
const DASHBOARD = /(^|\/)(grafana|dashboards?)\/(.*\/)?[^/]+\.json$/i;

/** Reads PrometheusRule objects, rule files and Grafana's dashboards. */
export function readMetricUses(repository: Repository): MetricUses {
  const uses = new Map<string, MetricUse>();
  const recorded = new Set<string>();
  const take = (expression: YamlNode | undefined, user: string): void => {
    if (!(expression instanceof ScalarNode)) return;
    for (const { name } of metricNames(String(expression.value ?? ''))) {
      const place = placeIn(expression, name);
      uses.set(`${place.file.path}:${place.range.start}:${name}`, { name, user, ...place });
    }
  };
  const takeGroups = (groups: readonly YamlNode[]): void => {
    for (const rule of groups.flatMap((group) => group.list('rules'))) {
      const record = rule.text('record');
      if (record !== undefined) recorded.add(record);
      take(rule.get('expr'), record === undefined ? `Alert ${rule.text('alert') ?? ''}` : `Rule ${record}`);
    }
  };
  for (const environment of repository.environments)
    for (const object of environment.ofKind('PrometheusRule')) takeGroups(object.root.list('spec', 'groups'));
  for (const path of repository.paths) {
    const isRules = RULE_FILE.test(path);
    if (!isRules && !DASHBOARD.test(path)) continue;
    const file = repository.text(path);
    if (!file || (isRules ? !/^groups:/m.test(file.text) : !file.text.includes('"panels"'))) continue;
    const [document] = parseYaml(file);
    if (!(document?.root instanceof MapNode) || document.problems.length > 0) continue;
    if (isRules) takeGroups(document.root.list('groups'));
    else takePanels(document.root, take);
  }
  return { uses: [...uses.values()], recorded };
}

function takePanels(dashboard: YamlNode, take: (expression: YamlNode | undefined, user: string) => void): void {
  for (const panel of dashboard.list('panels')) {
    for (const target of panel.list('targets')) take(target.get('expr'), `Panel ${panel.text('title') ?? ''}`.trim());
    takePanels(panel, take);
  }
}

/** Where a name stands in a scalar; the scalar itself when it is not found there as written. */
function placeIn(node: ScalarNode, name: string): Location {
  const text = node.file.slice(node.range);
  const match = new RegExp(`(?<![\\w:])${name}(?![\\w:])`).exec(text);
  if (!match) return { file: node.file, range: node.range };
  const start = node.range.start + match.index;
  return { file: node.file, range: { start, end: start + name.length } };
}
