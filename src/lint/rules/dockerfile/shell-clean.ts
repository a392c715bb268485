import { runCommands } from '../../../artifacts/dockerfile/run.ts';
import { emptyRemovals, goesOnAfterCd, setsErrexit, setsVariable } from '../../../artifacts/shell/traps.ts';
import { defineRule } from '../../rule.ts';

export const shellClean = defineRule({
  id: 'dockerfile/shell-clean',
  summary: 'Shell scripts in RUN have no traps',
  severity: 'warning',
  preset: 'recommended',
  peers: ['shellcheck:SC2115', 'shellcheck:SC2164'],
  why: 'A RUN is a script that nobody watches. A variable that is empty turns rm -rf "$DIR/"* into the removal of everything, and after a cd that failed the rest happens in the wrong folder.',
  source: 'https://www.shellcheck.net/wiki/SC2115',
  messages: {
    remove: {
      text: 'rm removes from / when the variable is empty',
      remedy: 'Put :? behind the name, which stops instead.',
    },
    cd: {
      text: 'The script goes on in the wrong folder when cd fails',
      remedy: 'Use && after cd, or set -e before it.',
    },
  },
  examples: {
    bad: [
      {
        files: `
      FROM alpine:3.22
      RUN rm -rf "$CACHE_DIR/"*
      RUN cd /src; make install
    `,
        at: [2, 3],
      },
    ],
    good: [
      `
        FROM alpine:3.22
        RUN rm -rf "\${CACHE_DIR:?}/"* /tmp/*
        RUN set -e; cd /src; make install
        RUN cd /src && make install
        ENV TOOL_HOME=/opt/tool
        RUN rm -rf $TOOL_HOME/docs
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const { instruction, program, args, command, script, file, range } of runCommands(dockerfile)) {
      for (const { word, name } of emptyRemovals(program, args)) {
        const set = dockerfile.declaration(name, instruction) || setsVariable(script.text, name);
        if (!set) report('remove', { file, range: word.range });
      }
      if (!goesOnAfterCd(command, script.commands[script.commands.indexOf(command) + 1])) continue;
      const stops =
        setsErrexit(script.text) ||
        instruction.stage?.instructions.some(
          ({ keyword, argument }) =>
            keyword === 'SHELL' && /-\w*e\w*"|errexit/.test(argument.file.slice(argument.range)),
        );
      if (!stops) report('cd', { file, range });
    }
  },
});
