import { commandsOf, type JobCommand } from '../../../artifacts/pipeline/jobs.ts';
import { defineRule } from '../../rule.ts';

export const noPipedDownload = defineRule({
  id: 'pipeline/no-piped-download',
  summary: 'What is downloaded is checked before it is run',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'A script that goes from the network into a shell is whatever the server answers today, with all secrets of the job at hand. It may also break off in the middle and be run up to there.',
  source: 'https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies',
  messages: {
    piped: {
      text: 'What {program} downloads is run by {shell} at once',
      remedy: 'Download a fixed version, compare its checksum, then run it.',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            lint:
              script:
                - curl -fsSL https://example.com/install.sh | sh
                - bash <(wget -qO- https://example.com/install.sh)
          `,
        },
        at: ['.gitlab-ci.yml:3', '.gitlab-ci.yml:4'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            lint:
              script:
                - curl -fsSLo tool https://example.com/v1.2.0/tool
                - echo "$TOOL_SHA256  tool" | sha256sum --check
                - curl -fsS https://example.com/list.json | jq .
          `,
        },
      },
    ],
  },
  check(pipeline, { report }) {
    const commands = commandsOf(pipeline);
    for (const [index, command] of commands.entries()) {
      const { program = '', file } = command;
      const pipe = command.command.pipeline;
      if (/^(?:curl|wget)$/.test(program) && pipe) {
        const shell = commands
          .slice(index + 1, index + pipe.length)
          .find(
            (next) =>
              next.file === file && next.command.pipeline?.id === pipe.id && interpreters.test(next.program ?? ''),
          );
        if (shell && readsInput(shell)) report('piped', command, { program, shell: shell.program ?? '' });
      } else if (interpreters.test(program)) {
        const word = command.args.find(({ text }) => /(?:<|\$)\(\s*(?:curl|wget)\s/.test(text));
        const tool = /\b(?:curl|wget)\b/.exec(word?.text ?? '')?.[0];
        if (tool) report('piped', command, { program: tool, shell: program });
      }
    }
  },
});

const interpreters = /^(?:sh|bash|zsh|dash|ash|python3?|node|perl|ruby)$/;

/** Without a script of its own an interpreter runs what comes in. */
function readsInput({ program = '', args }: JobCommand): boolean {
  const shell = /sh$/.test(program);
  const own = args.some((word) => word.value === '-c' || word.value === '-e' || word.value === '-m');
  const script = args.find((word) => !(word.value ?? '').startsWith('-'));
  return !own && (script === undefined || (shell && args.some((word) => /^-\w*s/.test(word.value ?? ''))));
}
