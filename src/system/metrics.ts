import type { PythonProject } from '../artifacts/python/project.ts';
import { argumentAt, keyword } from '../artifacts/python/syntax.ts';
import { evaluate } from '../artifacts/python/values.ts';
import type { Location } from '../artifacts/source-file.ts';

/** A metric that the code exports. */
export interface Metric extends Location {
  /** The names under which its samples appear. */
  readonly samples: readonly string[];
  readonly name: string;
}

/** What a project exports. */
export interface Metrics {
  readonly metrics: readonly Metric[];
  /** Whether more are exported that are not named in the code: an instrumentation library, a computed name. */
  readonly open: boolean;
}

const SUFFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Counter', ['_total', '_created']],
  ['Gauge', ['']],
  ['Histogram', ['_bucket', '_sum', '_count', '_created']],
  ['Summary', ['', '_sum', '_count', '_created']],
  ['Info', ['_info']],
  ['Enum', ['']],
]);

/** Reads the metrics made with prometheus_client. */
export function readMetrics(project: PythonProject): Metrics {
  const metrics: Metric[] = [];
  let open = project.requires(
    'prometheus-fastapi-instrumentator',
    'starlette-exporter',
    'prometheus-flask-exporter',
    'django-prometheus',
    'opentelemetry-exporter-prometheus',
    'aioprometheus',
    'starlette-prometheus',
  );
  for (const module of project.sources) {
    if (!module.text.includes('prometheus')) continue;
    for (const { call } of module.calls) {
      const maker = module.qualify(call.callee);
      const kind = maker?.startsWith('prometheus_client.') ? (maker.split('.').pop() ?? '') : '';
      const suffixes = SUFFIXES.get(kind);
      if (!suffixes) continue;
      const argument = argumentAt(call, 0, 'name');
      const value = argument ? evaluate(project.repository, module, argument.value) : undefined;
      const parts = (['namespace', 'subsystem'] as const).map((name) => {
        const given = keyword(call, name);
        return given ? evaluate(project.repository, module, given.value) : undefined;
      });
      if (
        value?.kind !== 'string' ||
        parts.some((part) => part !== undefined && part.kind !== 'string') ||
        call.args.some((item) => item.star !== '')
      ) {
        open = true;
        continue;
      }
      const full = [
        ...parts.flatMap((part) => (part?.kind === 'string' && part.value !== '' ? [part.value] : [])),
        value.value,
      ].join('_');
      const name = kind === 'Counter' ? full.replace(/_total$/, '') : full;
      metrics.push({ name, samples: suffixes.map((suffix) => name + suffix), ...module.at(argument ?? call) });
    }
    if (/Collector\b|CollectorRegistry\(/.test(module.text) && /def collect\b/.test(module.text)) open = true;
  }
  return { metrics, open };
}
