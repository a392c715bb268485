import { effective, lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { officialName, rootImage } from '../../../artifacts/dockerfile/run.ts';
import { insertLinesAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const pythonEnvSet = defineRule({
  id: 'dockerfile/python-env-set',
  summary: 'Python writes its output at once',
  severity: 'info',
  preset: 'recommended',
  peers: [],
  why: 'Without a terminal Python keeps what it prints in a buffer: the log comes late, and the last lines before a crash, which are the ones that matter, may be lost.',
  source: 'https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED',
  messages: {
    buffered: {
      text: 'PYTHONUNBUFFERED is not set, so the log may lose its last lines',
      remedy: 'Add ENV PYTHONUNBUFFERED=1.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          USER 10001
          CMD ["python", "-m", "orders"]
        `,
        at: [1],
        fixed: `
          FROM python:3.14-slim
          ENV PYTHONUNBUFFERED=1
          USER 10001
          CMD ["python", "-m", "orders"]
        `,
      },
    ],
    good: [
      `
        FROM python:3.14-slim AS base
        ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
        FROM base
        CMD ["python", "-m", "orders"]
      `,
      {
        files: `
          FROM python:3.14-slim
          CMD ["python", "-u", "app.py"]
        `,
        note: '-u is the same switch.',
      },
      {
        files: `
          FROM python:3.14-slim
          RUN pip install --no-cache-dir tool==1.0
        `,
        note: 'A base for others starts nothing.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const stage = dockerfile.finalStage;
    if (stage === undefined || officialName(rootImage(stage)) !== 'python') return;
    const starts = [effective(stage, 'CMD'), effective(stage, 'ENTRYPOINT')].filter((one) => one !== undefined);
    if (starts.length === 0 || starts.some(({ words, exec }) => (exec ?? words).some(({ value }) => value === '-u')))
      return;
    const environment = lineage(stage).flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => keyword === 'ENV'),
    );
    if (environment.some(({ assignments }) => assignments.some(({ name }) => name === 'PYTHONUNBUFFERED'))) return;
    report('buffered', stage.base, {}, { fix: [insertLinesAfter(stage.from, 'ENV PYTHONUNBUFFERED=1')] });
  },
});
