import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import { defineRule } from '../../rule.ts';

export const libraryPinned = defineRule({
  id: 'pipeline/library-pinned',
  summary: 'A shared library is used at a version',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: "A shared library runs with the pipeline's credentials. At a branch, a push to the library changes how every old commit builds, and a mistake in it stops all teams at once.",
  source: 'https://www.jenkins.io/doc/book/pipeline/shared-libraries/',
  messages: {
    moving: {
      text: 'The library {name} is used at the branch {branch}',
      remedy: 'Name a tag, or leave the version to the configuration of Jenkins.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          Jenkinsfile: `
            @Library('platform@main') _
            buildService()
          `,
        },
        at: ['Jenkinsfile:1'],
      },
    ],
    good: [
      {
        files: {
          Jenkinsfile: `
            @Library(['platform@v3.1.0', 'deploy']) _
            buildService()
          `,
        },
        note: 'Without a version the default holds that Jenkins is configured with.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'jenkins') return;
    for (const call of nestedCalls(pipeline.calls)) {
      if (!/^[Ll]ibrary$/.test(call.name)) continue;
      for (const argument of call.args) {
        const match = /^([^@]+)@(main|master|develop|trunk|HEAD)$/.exec(argument.value ?? '');
        if (argument.isString && match) report('moving', argument, { name: match[1] ?? '', branch: match[2] ?? '' });
      }
    }
  },
});
