import { packageCommand, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

export const noDistUpgrade = defineRule({
  id: 'dockerfile/no-dist-upgrade',
  summary: 'An image is not upgraded to another distribution',
  severity: 'warning',
  preset: 'recommended',
  peers: ['trivy:DS-0024', 'hadolint:DL3035'],
  why: 'A distribution upgrade may remove packages and replace the whole base, so the image is no longer the one that its first line names. A newer base image gives the same, tested and smaller.',
  source: 'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
  messages: {
    upgrade: { text: '{program} {verb} replaces what the base image brings', remedy: 'Use a newer base image.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get dist-upgrade -y && rm -rf /var/lib/apt/lists/*
        `,
        at: [2],
      },
    ],
    good: [
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*
        `,
        note: 'Security updates of the same distribution are welcome.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const run of runCommands(dockerfile)) {
      const found =
        packageCommand(run, ['apt-get', 'apt', 'aptitude'], ['dist-upgrade', 'full-upgrade']) ??
        packageCommand(run, ['zypper'], ['dist-upgrade', 'dup']);
      if (found === undefined) continue;
      report('upgrade', run, { program: found.program ?? '', verb: found.verb.text });
    }
  },
});
