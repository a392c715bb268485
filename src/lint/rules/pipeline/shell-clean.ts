import { shellScripts } from '../../../artifacts/pipeline/steps.ts';
import { unwrap } from '../../../artifacts/shell/arguments.ts';
import type { ShellScript } from '../../../artifacts/shell/script.ts';
import {
  bareTestVariable,
  emptyRemovals,
  goesOnAfterCd,
  hiddenFailure,
  setsErrexit,
  setsVariable,
} from '../../../artifacts/shell/traps.ts';
import { defineRule } from '../../rule.ts';

export const shellClean = defineRule({
  id: 'pipeline/shell-clean',
  summary: 'Shell scripts in a pipeline have no traps',
  severity: 'warning',
  preset: 'recommended',
  peers: [
    ...['actionlint:shellcheck', 'shellcheck:SC2115', 'shellcheck:SC2164', 'shellcheck:SC2070', 'shellcheck:SC2155'],
    'shellcheck:SC2024',
  ],
  why: 'A script of a pipeline runs where nobody watches. A test with an empty variable is true or breaks, a failure inside export is not seen, and rm -rf "$DIR/"* removes everything when the variable is empty.',
  source: 'https://www.shellcheck.net/wiki/SC2155',
  messages: {
    remove: { text: 'rm removes from / when {name} is empty', remedy: 'Put :? behind the name, which stops instead.' },
    cd: {
      text: 'The script goes on in the wrong folder when cd fails',
      remedy: 'Use && after cd, or set -e before it.',
    },
    test: {
      text: 'The test is true or breaks when the variable is empty',
      remedy: 'Put the variable in double quotes.',
    },
    hidden: {
      text: '{command} hides a failure of the command inside it',
      remedy: 'Assign first, and {command} the name after that.',
    },
    sudo: { text: 'The redirection is done without the rights of sudo', remedy: 'Pipe into sudo tee.' },
  },
  examples: {
    bad: [
      {
        files: `
          on: push
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: |
                    export TAG=$(git describe)
                    if [ -n $TAG ]; then rm -rf "$CACHE/"*; fi
                    sudo echo "127.0.0.1 db" >> /etc/hosts
        `,
        at: [7, 8, 8, 9],
      },
      {
        files: {
          Jenkinsfile: `
            node {
              sh '''#!/bin/bash
                cd build
                rm -f *
              '''
            }
          `,
        },
        at: ['Jenkinsfile:3'],
      },
    ],
    good: [
      `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  TAG=$(git describe)
                  export TAG
                  cd build
                  rm -rf "$RUNNER_TEMP/"* "$OUT/"*
                  if [ -n "$TAG" ]; then rm -rf "\${CACHE:?}/"* /tmp/*; fi
                  echo "127.0.0.1 db" | sudo tee -a /etc/hosts
                env:
                  OUT: dist
              - shell: pwsh
                run: rm -rf "$CACHE/"*
      `,
    ],
  },
  check(pipeline, { report }) {
    for (const { script, stops, sets } of shellScripts(pipeline)) {
      const { file, commands, text } = script;
      for (const [index, command] of commands.entries()) {
        const [program, ...args] = unwrap(command.words);
        for (const { word, name } of emptyRemovals(program?.value, args)) {
          if (!setsVariable(text, name) && !sets(name)) report('remove', { file, range: word.range }, { name });
        }
        if (!stops && !setsErrexit(text) && goesOnAfterCd(command, commands[index + 1]))
          report('cd', { file, range: command.range });
        const bare = bareTestVariable(command);
        if (bare) report('test', { file, range: bare.range });
        const hidden = stops || setsErrexit(text) ? hiddenFailure(command) : undefined;
        if (hidden) report('hidden', { file, range: hidden.range }, { command: command.name ?? '' });
        const target = command.name === 'sudo' ? systemTarget(script, index) : undefined;
        if (target) report('sudo', { file, range: target });
      }
    }
  },
});

/** The redirection of a command into a folder that only root may write. */
function systemTarget({ commands }: ShellScript, index: number) {
  const found = commands[index]?.redirects.find(
    ({ operator, target }) => /^>>?$/.test(operator) && /^\/(?:etc|root|boot|usr\/(?:s?bin|lib))\//.test(target ?? ''),
  );
  return found?.range;
}
