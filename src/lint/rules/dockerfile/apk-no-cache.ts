import { cacheTargets, packageCommand, runCommands, shippedInstructions } from '../../../artifacts/dockerfile/run.ts';
import { hasFlag } from '../../../artifacts/shell/arguments.ts';
import { insertAfter } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const apkNoCache = defineRule({
  id: 'dockerfile/apk-no-cache',
  summary: 'The index of apk does not stay in the image',
  severity: 'info',
  preset: 'recommended',
  peers: ['hadolint:DL3019', 'trivy:DS-0025'],
  why: 'Without --no-cache apk uses an index of the image, which may be missing or old, and leaves the one it fetches in the layer. With it, the newest index is fetched and nothing stays behind. A cache mount does the same.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3019',
  messages: {
    cache: { text: 'apk add leaves its index in the layer', remedy: 'Add --no-cache.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          RUN apk add curl
        `,
        at: [2],
        fixed: `
          FROM alpine:3.22
          RUN apk add --no-cache curl
        `,
      },
    ],
    good: [
      `
        FROM alpine:3.22
        RUN apk add --no-cache curl
      `,
      {
        files: `
          FROM alpine:3.22
          RUN --mount=type=cache,target=/var/cache/apk apk add curl
          RUN apk add --update git && rm -rf /var/cache/apk/*
        `,
        note: 'The index lives in the mount, or is removed by the same RUN.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const run of runCommands(dockerfile, shippedInstructions(dockerfile))) {
      const found = packageCommand(run, ['apk'], ['add']);
      if (found === undefined || hasFlag(run.args, '--no-cache', '--cache-dir')) continue;
      if (run.args.some(({ text }) => text.startsWith('$'))) continue;
      const mounted = cacheTargets(run.instruction).some((target) =>
        /^\/(?:var\/cache(?:\/apk)?|etc\/apk\/cache)$/.test(target),
      );
      if (mounted || /rm\s[^;&|]*\/(?:var\/cache|etc\/apk\/cache)/.test(run.script.text)) continue;
      const where = { file: run.file, range: found.verb.range };
      report('cache', where, {}, { fix: [insertAfter(where, ' --no-cache')] });
    }
  },
});
