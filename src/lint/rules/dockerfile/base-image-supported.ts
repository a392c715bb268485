import { officialName } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';

/** The oldest minor version of Python 3 that still got fixes after 2025: https://devguide.python.org/versions/ */
const oldestPython = 10;
/** Debian releases whose long-term support has ended by 2024: https://www.debian.org/releases/ */
const endedDebian = /(?:^|-)(?:wheezy|jessie|stretch|buster)(?:-|$)/;

export const baseImageSupported = defineRule({
  id: 'dockerfile/base-image-supported',
  summary: 'The base image still gets security fixes',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'After the end of its life a version gets no fixes any more, whatever is found in it, and its images are not rebuilt when a library below changes. Scanners often stay quiet, because nobody files advisories either.',
  source: 'https://devguide.python.org/versions/',
  messages: {
    python: { text: 'Python {version} gets no security fixes any more', remedy: 'Move to a supported version.' },
    debian: {
      text: 'The Debian release of {tag} gets no security fixes any more',
      remedy: 'Move to a supported release.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.8-slim AS build
      FROM node:16-buster
    `,
        at: [1, 2],
      },
    ],
    good: [
      `
        FROM python:3.14-slim-trixie AS build
        FROM example.com/python:3.8
        FROM python:3
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { base, image } of dockerfile.stages) {
      const name = officialName(image);
      const tag = image?.tag;
      if (name === undefined || tag === undefined) continue;
      const version = name === 'python' ? /^(2|3)\.(\d+)/.exec(tag) : null;
      if (version && (version[1] === '2' || Number(version[2]) < oldestPython))
        report('python', base, { version: version[0] });
      else if (endedDebian.test(tag)) report('debian', base, { tag });
    }
  },
});
