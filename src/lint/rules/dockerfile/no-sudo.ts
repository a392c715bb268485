import { defineRule } from '../../rule.ts';

export const noSudo = defineRule({
  id: 'dockerfile/no-sudo',
  summary: 'A build does not use sudo',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3004', 'trivy:DS-0010', 'checkov:CKV2_DOCKER_1'],
  why: 'A build is root until USER says otherwise, so sudo only adds a program that gives root to whoever gets into the container, and it handles terminals and signals in its own way.',
  source: 'https://docs.docker.com/build/building/best-practices/#user',
  messages: {
    sudo: { text: 'RUN uses sudo', remedy: 'Do it before USER, or switch with USER root and back.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          USER 10001
          RUN sudo mkdir /data
        `,
        at: [3],
      },
    ],
    good: [
      `
        FROM debian:13-slim
        RUN mkdir /data
        USER 10001
      `,
      {
        files: `
          FROM debian:13-slim
          RUN apt-get update && apt-get install -y --no-install-recommends sudo && rm -rf /var/lib/apt/lists/*
        `,
        note: 'Installing it for the people who work in the container is not using it.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const { keyword, script } of dockerfile.instructions) {
      if (keyword !== 'RUN' || script === undefined) continue;
      for (const { words } of script.commands) {
        const [first] = words;
        if (first?.value === 'sudo') report('sudo', { file: script.file, range: first.range });
      }
    }
  },
});
