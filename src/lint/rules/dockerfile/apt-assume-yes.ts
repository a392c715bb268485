import { packageCommand, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { insertAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const aptAssumeYes = defineRule({
  id: 'dockerfile/apt-assume-yes',
  summary: 'apt-get does not ask',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3014', 'trivy:DS-0021'],
  why: 'A build has nobody to answer. As soon as apt-get wants to install more than was named, it asks, reads the end of its input and aborts the build.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3014',
  messages: {
    asks: { text: 'apt-get {verb} asks before it goes on', remedy: 'Add -y.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install --no-install-recommends curl
        `,
        at: [2],
        fixed: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install -y --no-install-recommends curl
        `,
      },
    ],
    good: [
      `
        FROM debian:13-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl
      `,
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get -qq install curl
          RUN apt-get install --assume-yes wget
          RUN yes | apt-get install git
        `,
        note: '-qq implies -y.',
      },
      `
        FROM debian:13-slim
        RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes
        RUN apt-get update && apt-get install curl
      `,
    ],
  },
  check(dockerfile, { report }) {
    if (/assume-yes\s*["'=]/i.test(dockerfile.file.text)) return;
    for (const run of runCommands(dockerfile)) {
      const found = packageCommand(
        run,
        ['apt-get', 'apt'],
        ['install', 'upgrade', 'dist-upgrade', 'full-upgrade', 'remove', 'purge', 'autoremove', 'build-dep'],
      );
      if (found === undefined || (run.command.pipeline && run.command.pipeline.index > 0)) continue;
      if (hasFlag(run.args, '-y', '--yes', '--assume-yes', '--assume-no', '-qq', '-s', '--simulate', '--dry-run'))
        continue;
      if (run.args.some(({ text }) => text === '-q=2' || /^-[a-z]*q[a-z]*q/.test(text) || text.startsWith('$')))
        continue;
      const where = { file: run.file, range: found.verb.range };
      report('asks', where, { verb: found.verb.text }, { fix: [insertAfter(where, ' -y')] });
    }
  },
});
