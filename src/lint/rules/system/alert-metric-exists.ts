import { readMetricUses } from '../../../system/alerts.ts';
import type { Metric } from '../../../system/metrics.ts';
import type { Service } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { distance } from './_names.ts';
import { says, withPlace } from './_ports.ts';

const service = (code: string): Record<string, string> => ({
  'orders/pyproject.toml':
    '[project]\nname = "orders"\ndependencies = ["fastapi>=0.115,<1", "prometheus-client>=0.20,<1"]\n',
  'orders/app/main.py': `from fastapi import FastAPI\nfrom prometheus_client import Counter, Histogram\n\napp = FastAPI()\n${code}`,
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
});

const counter = 'PLACED = Counter("orders_placed", "Orders that were placed")\n';

const rules = (expression: string): string => `
  groups:
    - name: orders
      rules:
        - alert: NoOrders
          expr: ${expression}
`;

export const alertMetricExists = defineRule({
  id: 'system/alert-metric-exists',
  summary: 'Alerts and dashboards ask for metrics that some service exports',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'An expression over a metric that nobody exports is valid and empty for ever: the alert never fires and the panel says "No data", which looks like calm. A renamed metric, or a forgotten _total, is enough.',
  source: 'https://prometheus.io/docs/practices/naming/',
  messages: {
    unknown: {
      text: '{user} asks for {name}, which no service exports; the nearest is {nearest}',
      remedy: 'Use the name under which the samples appear.',
    },
    suffix: {
      text: '{user} asks for {name}, but the samples of {metric} are named {samples}',
      remedy: 'Use the name under which the samples appear.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...service(counter), 'monitoring/alerts.yml': rules('rate(orders_placed[5m]) == 0') },
        at: ['monitoring/alerts.yml:5'],
        note: "A counter's samples end in _total.",
      },
      {
        files: {
          ...service('SECONDS = Histogram("orders_request_seconds", "Duration")\n'),
          'k8s/rules.yaml': `
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: { name: orders }
            spec:
              groups:
                - name: orders
                  rules:
                    - alert: OrdersSlow
                      expr: histogram_quantile(0.99, sum by (le) (rate(orders_request_duration_seconds_bucket[5m]))) > 1
          `,
        },
        at: ['k8s/rules.yaml:9'],
      },
    ],
    good: [
      { files: { ...service(counter), 'monitoring/alerts.yml': rules('rate(orders_placed_total[5m]) == 0') } },
      {
        files: { ...service(counter), 'monitoring/alerts.yml': rules('up{job="orders"} == 0 or node_load1 > 8') },
        note: 'Others export these.',
      },
      {
        files: {
          ...service(`${counter}Counter(name(), "Built at run time")\n`),
          'monitoring/alerts.yml': rules('rate(orders_placed[5m]) == 0'),
        },
        note: 'What else is exported is decided at run time.',
      },
    ],
  },
  check({ services, repository }, { report }) {
    const closed = services.filter((item) => item.project && !item.metrics.open && item.metrics.metrics.length > 0);
    if (closed.length === 0) return;
    const { uses, recorded } = readMetricUses(repository);
    const exported = new Set(
      services.flatMap(({ metrics }) => metrics.metrics.flatMap((metric) => [...metric.samples])),
    );
    const elsewhere = services.filter((item) => item.metrics.open && item.project);
    for (const { name, user, ...place } of uses) {
      if (exported.has(name) || recorded.has(name) || name.includes(':')) continue;
      if (elsewhere.some((item) => name.startsWith(prefixOf(item)))) continue;
      const known = closed.flatMap((item) => item.metrics.metrics);
      const same = known.find((metric) => metric.name === name.replace(SUFFIX, '') || metric.name === name);
      if (same && elsewhere.length === 0) {
        const samples = same.samples.filter((sample) => !sample.endsWith('_created')).join(', ');
        const args = { user, name, metric: withPlace(same.name, same), samples };
        report('suffix', place, args, { related: [says(same, `${same.name} is made here`)] });
        continue;
      }
      const nearest = same ?? nearestOf(name, closed);
      if (nearest)
        report(
          'unknown',
          place,
          { user, name, nearest: withPlace(nearest.samples[0] ?? nearest.name, nearest) },
          { related: [says(nearest, `${nearest.name} is made here`)] },
        );
    }
  },
});

const SUFFIX = /_(total|created|bucket|sum|count|info)$/;

/** What the names of a service's own metrics begin with. */
function prefixOf(service: Service): string {
  return `${service.name.replaceAll('-', '_')}_`;
}

/** A metric of the service whose name the wanted one begins with, or one that differs by a slip of the pen. */
function nearestOf(name: string, services: readonly Service[]): Metric | undefined {
  for (const service of services) {
    const prefix = prefixOf(service);
    const own = service.metrics.metrics.filter((metric) => metric.name.startsWith(prefix));
    const candidates = name.startsWith(prefix) && own.length > 0 ? own : [];
    const [best] = candidates
      .map((metric) => ({ metric, far: distance(metric.name, name.replace(SUFFIX, '')) }))
      .sort((left, right) => left.far - right.far);
    if (best) return best.metric;
    const slip = service.metrics.metrics.find(
      (metric) => metric.name.length >= 10 && distance(metric.name, name.replace(SUFFIX, '')) <= 1,
    );
    if (slip) return slip;
  }
  return undefined;
}
