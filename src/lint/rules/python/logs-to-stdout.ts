import { defineRule } from '../../rule.ts';
import { servingModules } from './_services.ts';

const FILES = new Set([
  'logging.FileHandler',
  'logging.handlers.RotatingFileHandler',
  'logging.handlers.TimedRotatingFileHandler',
  'logging.handlers.WatchedFileHandler',
]);

export const logsToStdout = defineRule({
  id: 'python/logs-to-stdout',
  summary: 'Logs go to standard output',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A log file in a container is lost with it, fills its disk, fails on a read-only root, and is seen by no collector. Standard output is what Docker, Kubernetes and systemd gather.',
  source: 'https://12factor.net/logs',
  messages: { file: { text: '{handler} writes the log to a file', remedy: 'Use a StreamHandler on standard output.' } },
  examples: {
    bad: [
      { files: 'import logging\n\nlogging.basicConfig(handlers=[logging.FileHandler("app.log")])\n', at: [3] },
      { files: 'import logging\n\nlogging.basicConfig(filename="app.log")\n', at: [3] },
    ],
    good: [
      'import logging\nimport sys\n\nlogging.basicConfig(stream=sys.stdout)\n',
      { files: { 'scripts/import.py': 'import logging\n\nlogging.basicConfig(filename="import.log")\n' } },
    ],
  },
  check(project, { report }) {
    for (const module of servingModules(project)) {
      if (!/FileHandler|basicConfig/.test(module.text)) continue;
      for (const { call } of module.calls) {
        const name = module.qualify(call.callee);
        if (name !== undefined && FILES.has(name)) report('file', module.at(call.callee), { handler: name });
        const filename =
          name === 'logging.basicConfig' ? call.args.find((argument) => argument.name === 'filename') : undefined;
        if (filename && !(filename.value.kind === 'constant'))
          report('file', module.at(filename), { handler: 'logging.basicConfig' });
      }
    }
  },
});
