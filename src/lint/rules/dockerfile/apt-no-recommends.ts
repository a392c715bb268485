import { packageCommand, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { insertAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const aptNoRecommends = defineRule({
  id: 'dockerfile/apt-no-recommends',
  summary: 'apt-get installs what is named and needed, not what is recommended',
  severity: 'info',
  preset: 'recommended',
  peers: ['hadolint:DL3015', 'trivy:DS-0029'],
  why: 'Debian installs recommended packages too, often many times the size of what was asked for, and each of them is more to download, to patch and to attack. What is really used is better named.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3015',
  messages: {
    recommends: {
      text: 'apt-get install also installs recommended packages',
      remedy: 'Add --no-install-recommends, and name what is used (ca-certificates, for example).',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update \\
              && apt-get install -y curl
        `,
        at: [3],
        fixed: `
          FROM debian:13-slim
          RUN apt-get update \\
              && apt-get install --no-install-recommends -y curl
        `,
      },
    ],
    good: [
      `
        FROM debian:13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl
      `,
      `
        FROM debian:13-slim
        RUN apt-get update && apt-get -o APT::Install-Recommends=false install -y curl
      `,
      {
        files: `
          FROM debian:13-slim
          RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/90lean
          RUN apt-get update && apt-get install -y curl
        `,
        note: 'The setting holds for all that follows.',
      },
    ],
  },
  check(dockerfile, { report }) {
    if (/Install-Recommends/i.test(dockerfile.file.text.replaceAll('--no-install-recommends', ''))) return;
    for (const run of runCommands(dockerfile)) {
      const found = packageCommand(run, ['apt-get', 'apt'], ['install']);
      if (found === undefined || hasFlag(run.args, '--no-install-recommends', '--install-recommends')) continue;
      if (run.args.some(({ text }) => text.startsWith('$'))) continue;
      const where = { file: run.file, range: found.verb.range };
      report('recommends', where, {}, { fix: [insertAfter(where, ' --no-install-recommends')] });
    }
  },
});
