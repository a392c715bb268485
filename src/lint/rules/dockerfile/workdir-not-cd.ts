import { defineRule } from '../../rule.ts';

export const workdirNotCd = defineRule({
  id: 'dockerfile/workdir-not-cd',
  summary: 'WORKDIR changes the folder, not cd',
  severity: 'info',
  preset: 'recommended',
  peers: ['hadolint:DL3003', 'trivy:DS-0013'],
  why: 'cd ends with the RUN it stands in: alone it does nothing, and at the start of a chain it hides where the rest happens. WORKDIR holds for all that follows and creates the folder.',
  source: 'https://docs.docker.com/build/building/best-practices/#workdir',
  messages: {
    alone: { text: 'cd has no effect after this RUN', remedy: 'Use WORKDIR.' },
    first: { text: 'RUN starts with cd {path}', remedy: 'Set WORKDIR {path} before it.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          RUN cd /app
          RUN cd /src && make install
        `,
        at: [2, 3],
      },
    ],
    good: [
      `
        FROM alpine:3.22
        WORKDIR /src
        RUN make install
      `,
      {
        files: `
          FROM alpine:3.22
          RUN cd /tmp/tool && make install && rm -rf /tmp/tool
          RUN (cd /src && make) && cd /opt && ./configure && cd - && true
        `,
        note: 'A folder of the moment, and going there and back, are no working directory.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const { keyword, script, heredocs } of dockerfile.instructions) {
      if (keyword !== 'RUN' || script === undefined || heredocs.length > 0) continue;
      const { commands } = script;
      const [first, ...others] = commands;
      const path = first?.args[0]?.value;
      if (first?.name !== 'cd' || path === undefined || first.args.length > 1) continue;
      const where = { file: script.file, range: first.range };
      if (others.length === 0) report('alone', where);
      else if (path.startsWith('/') && !/[({]/.test(script.text) && others[0]?.joint === '&&') {
        const leaves = others.some(
          ({ name }) => name === 'cd' || name === 'pushd' || name === 'rm' || name === 'rmdir',
        );
        if (!leaves && !path.startsWith('/tmp')) report('first', where, { path });
      }
    }
  },
});
