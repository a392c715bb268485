import { defineRule } from '../../rule.ts';

export const trustedRegistry = defineRule({
  id: 'dockerfile/trusted-registry',
  summary: 'Base images come from registries that are allowed',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3026'],
  why: 'A base image is code that runs in production. A list of the registries that one trusts keeps a copied line from bringing in an unknown publisher. Without a list, nothing is reported.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3026',
  messages: {
    registry: { text: '{registry} is not among the allowed registries', remedy: 'Use an image of {allowed}.' },
  },
  options: {
    registries: {
      type: 'strings',
      default: [],
      description: 'The hosts that images may come from; `docker.io` for Docker Hub, `*.example.com` for all below.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM quay.io/someone/python:3.14
        `,
        at: [1],
        options: { registries: ['docker.io', 'ghcr.io'] },
      },
    ],
    good: [
      {
        files: `
          FROM python:3.14-slim AS build
          FROM eu.example.com/base:1
          FROM build
        `,
        options: { registries: ['docker.io', '*.example.com'] },
      },
      {
        files: `
          FROM quay.io/someone/python:3.14
        `,
        note: 'No list, no finding.',
      },
    ],
  },
  check(dockerfile, { report, options }) {
    const { registries } = options;
    if (registries.length === 0) return;
    for (const { base, image } of dockerfile.stages) {
      if (image === undefined) continue;
      const registry = image.registry ?? 'docker.io';
      const allowed = registries.some((entry) =>
        entry.startsWith('*.') ? registry.endsWith(entry.slice(1)) : registry === entry,
      );
      if (!allowed) report('registry', base, { registry, allowed: registries.join(', ') });
    }
  },
});
