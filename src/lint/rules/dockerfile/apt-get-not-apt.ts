import { runCommands } from '../../../artifacts/dockerfile/run.ts';
import { operands } from '../../../artifacts/shell/arguments.ts';
import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const aptGetNotApt = defineRule({
  id: 'dockerfile/apt-get-not-apt',
  summary: 'Scripts call apt-get, not apt',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3027', 'checkov:CKV_DOCKER_9'],
  why: 'apt is made for people: its output and behaviour may change between versions, and it says so on every use in a script. apt-get is the interface that is kept stable.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3027',
  messages: {
    apt: { text: 'apt has no stable interface for scripts', remedy: 'Use apt-get, or apt-cache for queries.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt update && apt-get install -y --no-install-recommends curl
        `,
        at: [2],
        fixed: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install -y --no-install-recommends curl
        `,
      },
      {
        files: `
          FROM debian:13-slim
          RUN apt list --installed
        `,
        at: [2],
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
          RUN rm -rf /var/lib/apt/lists/* && echo apt
        `,
        note: 'The word alone is no call.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const same = new Set(['install', 'update', 'upgrade', 'remove', 'purge', 'autoremove', 'clean', 'autoclean']);
    for (const { program, args, programAt } of runCommands(dockerfile)) {
      if (program !== 'apt') continue;
      const [verb] = operands(args, ['-o', '-t', '-c']);
      const fixable = same.has(verb?.value ?? '');
      report('apt', programAt, {}, fixable ? { fix: [replace(programAt, 'apt-get')] } : {});
    }
  },
});
