import {
  cacheTargets,
  pipInstall,
  runCommands,
  shippedInstructions,
  variableAt,
} from '../../../artifacts/dockerfile/run.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { insertAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const pipNoCache = defineRule({
  id: 'dockerfile/pip-no-cache',
  summary: "pip's download cache does not stay in the image",
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3042'],
  why: 'pip keeps every wheel that it downloads for a next time that an image never has. The copies can double the size of the layer. A cache mount keeps them out of the image and still speeds up the next build.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3042',
  messages: {
    cache: {
      text: 'pip install leaves its cache in the layer',
      remedy: 'Add --no-cache-dir, or mount a cache at /root/.cache/pip.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          COPY requirements.txt ./
          RUN pip install -r requirements.txt
        `,
        at: [3],
        fixed: `
          FROM python:3.14-slim
          COPY requirements.txt ./
          RUN pip install --no-cache-dir -r requirements.txt
        `,
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        RUN pip install --no-cache-dir uvicorn==0.38.0
      `,
      {
        files: `
          FROM python:3.14-slim
          COPY requirements.txt ./
          RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
        `,
        note: 'The cache lives in the mount.',
      },
      {
        files: `
          FROM python:3.14-slim
          ENV PIP_NO_CACHE_DIR=1
          RUN pip install uvicorn==0.38.0
        `,
        note: 'The variable is the same switch.',
      },
      {
        files: `
          FROM python:3.14-slim AS build
          RUN pip install --target /packages uvicorn==0.38.0
          FROM python:3.14-slim
          COPY --from=build /packages /packages
        `,
        note: 'A build stage is thrown away.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const run of runCommands(dockerfile, shippedInstructions(dockerfile))) {
      const found = pipInstall(run);
      if (found === undefined || hasFlag(run.args, '--no-cache-dir')) continue;
      const { instruction, command, script } = run;
      const assigned = command.assignments.find(({ name }) => name === 'PIP_NO_CACHE_DIR');
      const declared = dockerfile.declaration('PIP_NO_CACHE_DIR', instruction);
      const setting = assigned ? assigned.value : variableAt(dockerfile, 'PIP_NO_CACHE_DIR', instruction);
      if (((assigned || declared) && setting === undefined) || (setting && !/^(?:0|off|false|no)$/i.test(setting)))
        continue;
      if (/PIP_NO_CACHE_DIR=/.test(script.text) || /\bcache\s+purge\b|rm\s[^;&|]*\.cache/.test(script.text)) continue;
      if (cacheTargets(instruction).some((target) => /(?:^|\/)\.?cache(?:\/pip)?$|pip/.test(target))) continue;
      const where = { file: run.file, range: found.verb.range };
      report('cache', where, {}, { fix: [insertAfter(where, ' --no-cache-dir')] });
    }
  },
});
