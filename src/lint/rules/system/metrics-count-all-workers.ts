import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService } from './_examples.ts';
import { says, withPlace } from './_ports.ts';

const service = (workers: string, code = ''): Record<string, string> => ({
  ...fastapiService,
  'app/metrics.py': `from prometheus_client import Counter\n${code}\nPLACED = Counter("orders_placed", "Orders")\n`,
  Dockerfile: dockerfile.replace('"--port", "8000"', `"--port", "8000", "--workers", "${workers}"`),
});

export const metricsCountAllWorkers = defineRule({
  id: 'system/metrics-count-all-workers',
  summary: 'Metrics of a server with several workers are those of all of them',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Each worker process counts for itself. Without the multiprocess mode a scrape is answered by whichever worker takes the request, so that counters jump up and down, rates are wrong, and alerts fire or stay silent by chance.',
  source: 'https://prometheus.github.io/client_python/multiprocess/',
  messages: {
    apart: {
      text: 'The server starts {workers} workers, but each exports only its own {metric}',
      remedy:
        'Start one worker and more replicas, or set PROMETHEUS_MULTIPROC_DIR and collect with MultiProcessCollector.',
    },
  },
  examples: {
    bad: [
      { files: service('4'), at: ['Dockerfile:5'] },
      {
        files: {
          ...service('1'),
          'compose.yaml': `
            services:
              orders:
                build: .
                command: uvicorn app.main:app --host 0.0.0.0 --port 8000 --workers 2
          `,
        },
        at: ['compose.yaml:4'],
      },
    ],
    good: [
      { files: service('1') },
      { files: service('4', 'from prometheus_client import multiprocess\n') },
      { files: { ...service('$WORKERS') }, note: 'How many workers there are is not known.' },
    ],
  },
  check({ runtimes }, { report }) {
    const told = new Set<string>();
    for (const { service, start, variables } of runtimes) {
      const workers = start?.workers;
      const [metric] = service.metrics.metrics;
      if (!workers || workers.value < 2 || !metric || !service.project) continue;
      const key = `${workers.file.path}:${workers.range.start}`;
      if (told.has(key) || [...variables.all.keys()].some((name) => /PROMETHEUS_MULTIPROC_DIR/i.test(name))) continue;
      const handled = /multiproc|push_to_gateway|start_http_server/i;
      if (service.project.sources.some((module) => handled.test(module.text))) continue;
      if (service.images.some(({ dockerfile: image }) => handled.test(image.file.text))) continue;
      told.add(key);
      report(
        'apart',
        workers,
        { workers: workers.value, metric: withPlace(metric.name, metric) },
        { related: [says(metric, `${metric.name} is counted here`)] },
      );
    }
  },
});
