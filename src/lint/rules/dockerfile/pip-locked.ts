import { pipInstall, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { hasFlag, operands } from '../../../artifacts/shell/arguments.ts';
import { defineRule } from '../../rule.ts';

/** Flags of `pip install` that take the next word: https://pip.pypa.io/en/stable/cli/pip_install/ */
const valued = [
  ...[
    '-r',
    '--requirement',
    '-c',
    '--constraint',
    '-e',
    '--editable',
    '-t',
    '--target',
    '-i',
    '--index-url',
    '--prefix',
  ],
  ...[
    '--extra-index-url',
    '-f',
    '--find-links',
    '--root',
    '--src',
    '--platform',
    '--python-version',
    '--implementation',
  ],
  ...['--abi', '--upgrade-strategy', '--no-binary', '--only-binary', '--progress-bar', '--trusted-host', '--timeout'],
  ...['--retries', '--proxy', '--cert', '--cache-dir', '--log', '--report', '-C', '--config-settings', '--group'],
];

export const pipLocked = defineRule({
  id: 'dockerfile/pip-locked',
  summary: 'What pip installs has a version',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3013'],
  why: 'Without a version the image gets whatever is newest on the day it is built: two builds of one commit differ, and a release of a dependency can break yours. A lock file with hashes is best, a version the least.',
  source: 'https://github.com/hadolint/hadolint/wiki/DL3013',
  messages: {
    unpinned: {
      text: 'pip installs whichever version of {name} is newest',
      remedy: 'Name a version, or install from a requirements or lock file.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          RUN pip install --no-cache-dir \\
              fastapi \\
              uvicorn[standard]
        `,
        at: [3, 4],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        RUN pip install --no-cache-dir fastapi==0.121.0 'uvicorn[standard]>=0.38,<0.39'
      `,
      `
        FROM python:3.14-slim
        COPY requirements.txt constraints.txt ./
        RUN pip install --no-cache-dir --require-hashes -r requirements.txt
        RUN pip install --no-cache-dir -c constraints.txt fastapi
      `,
      {
        files: `
          FROM python:3.14-slim
          COPY . /src
          RUN pip install --no-cache-dir /src && pip install --no-cache-dir dist/*.whl "tool==$VERSION" $EXTRA
          RUN pip install --no-cache-dir git+https://example.com/tool.git@v1
        `,
        note: 'Local paths, addresses and what a variable says are no names.',
      },
    ],
  },
  check(dockerfile, { report }) {
    if (dockerfile.file.text.includes('PIP_CONSTRAINT')) return;
    for (const run of runCommands(dockerfile)) {
      const found = pipInstall(run);
      if (found === undefined || hasFlag(run.args, '-c', '--constraint', '--no-index', '--require-hashes')) continue;
      for (const { value, text, range } of operands(found.rest, valued)) {
        // `name[extra]` is a pattern to the shell, but no file has such a name.
        const name = value ?? text;
        if (!/^[A-Za-z0-9][\w.-]*(?:\[[\w.,\s-]+\])?$/.test(name)) continue;
        if (/\.(?:whl|zip|gz)$/.test(name)) continue;
        report('unpinned', { file: run.file, range }, { name });
      }
    }
  },
});
