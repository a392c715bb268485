import { officialName } from '../../../artifacts/dockerfile/run.ts';
import { debianCodenames, endOfLife, type Product } from '../../../artifacts/lifetimes.ts';
import { defineRule } from '../../rule.ts';

export const baseImageSupported = defineRule({
  id: 'dockerfile/base-image-supported',
  summary: 'The base image still gets security fixes',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'After the end of its life a version gets no fixes any more, whatever is found in it, and its images are not rebuilt when a library below changes. Scanners often stay quiet, because nobody files advisories either.',
  source: 'https://endoflife.date/python',
  messages: {
    ended: {
      text: '{product} {release} has got no security fixes since {end}',
      remedy: 'Move to a release that is still supported.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM python:3.8-slim AS build
      FROM node:16-buster
      FROM debian:11-slim
      FROM python:3.14-alpine3.20
      FROM alpine:3.18.4
    `,
        at: [1, 2, 3, 4, 5],
      },
    ],
    good: [
      `
        FROM python:3.14-slim-trixie AS build
        FROM example.com/python:3.8
        FROM python:3
        FROM alpine:3
        FROM python:3.14-alpine3.22
        FROM postgres:9.6
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { base, image } of dockerfile.stages) {
      const name = officialName(image);
      if (name === undefined || image?.tag === undefined) continue;
      for (const { product, release } of releasesIn(name, image.tag)) {
        const end = endOfLife(product, release);
        if (end !== undefined) report('ended', base, { product: titles[product], release, end });
      }
    }
  },
});

const titles: Readonly<Record<Product, string>> = { python: 'Python', debian: 'Debian', alpine: 'Alpine' };

/** What the tag of an official image tells: `python:3.9-slim-bullseye` is Python 3.9 on Debian 11. */
function releasesIn(name: string, tag: string): readonly { readonly product: Product; readonly release: string }[] {
  const version = /^\d+(?:\.\d+)?(?=$|[.-])/.exec(tag)?.[0];
  const codename = tag.split('-').find((part) => Object.hasOwn(debianCodenames, part));
  const alpine = /(?:^|-)alpine(3\.\d+)(?:$|-)/.exec(tag)?.[1];
  const own = name === 'python' || name === 'alpine' ? version : name === 'debian' ? version?.split('.')[0] : undefined;
  return [
    ...(own === undefined ? [] : [{ product: name as Product, release: own }]),
    ...(codename === undefined ? [] : [{ product: 'debian' as const, release: debianCodenames[codename] ?? '' }]),
    ...(alpine === undefined ? [] : [{ product: 'alpine' as const, release: alpine }]),
  ];
}
