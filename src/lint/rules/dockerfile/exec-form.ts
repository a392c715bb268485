import type { Instruction } from '../../../artifacts/dockerfile/dockerfile.ts';
import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const execForm = defineRule({
  id: 'dockerfile/exec-form',
  summary: 'The program is started directly, not by a shell',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3025', 'buildkit:JSONArgsRecommended'],
  why: 'In shell form the process with the number 1 is a shell, which does not pass SIGTERM on: the service is killed after the grace period instead of ending in order, and requests are lost at every deployment. ENTRYPOINT in shell form ignores CMD and the arguments of docker run as well.',
  source: 'https://docs.docker.com/reference/build-checks/json-args-recommended/',
  messages: {
    shell: {
      text: '{keyword} is run by a shell, which does not pass signals on',
      remedy: 'Write it as a JSON array, or start the program with exec where a shell is needed.',
    },
    json: {
      text: '{keyword} looks like a JSON array but is none, so a shell runs it',
      remedy: 'Put each item in double quotes.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-slim
          USER 10001
          CMD python -m "orders" --port 8000
        `,
        at: [3],
        fixed: `
          FROM python:3.14-slim
          USER 10001
          CMD ["python", "-m", "orders", "--port", "8000"]
        `,
      },
      {
        files: `
          FROM python:3.14-slim
          USER 10001
          CMD ['python', '-m', 'orders']
        `,
        at: [3],
        fixed: `
          FROM python:3.14-slim
          USER 10001
          CMD ["python", "-m", "orders"]
        `,
      },
      {
        files: `
          FROM python:3.14-slim
          ENV PORT=8000
          CMD python -m orders --port $PORT
        `,
        at: [3],
      },
    ],
    good: [
      `
        FROM python:3.14-slim
        ENTRYPOINT ["python", "-m", "orders"]
      `,
      {
        files: `
          FROM python:3.14-slim
          ENV PORT=8000
          CMD python -m orders.migrate && exec python -m orders --port $PORT
        `,
        note: 'exec replaces the shell, so signals arrive.',
      },
      {
        files: `
          FROM python:3.14-slim
          SHELL ["/bin/bash", "-c"]
          CMD python -m orders
        `,
        note: 'The shell is chosen on purpose.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const stage of dockerfile.stages) {
      if (stage.instructions.some(({ keyword }) => keyword === 'SHELL')) continue;
      for (const instruction of stage.instructions) {
        const { keyword, script, argument } = instruction;
        if ((keyword !== 'CMD' && keyword !== 'ENTRYPOINT') || script === undefined) continue;
        const text = argument.file.slice(argument.range);
        if (/^\[\s*['"\w]/.test(text) && text.trimEnd().endsWith(']')) {
          const array = text.includes('"') || text.includes('\\') ? undefined : asArray(text.replaceAll("'", '"'));
          report('json', argument, { keyword }, array ? { fix: [replace(argument, array)] } : {});
          continue;
        }
        const last = script.commands.findLast(({ substituted, inFunction }) => !substituted && !inFunction);
        if (last === undefined || last.words[0]?.value === 'exec' || script.problems.length > 0) continue;
        const direct = directForm(instruction);
        report('shell', argument, { keyword }, direct ? { fix: [replace(argument, direct)] } : {});
      }
    }
  },
});

function asArray(text: string): string | undefined {
  try {
    const items: unknown = JSON.parse(text);
    return Array.isArray(items) && items.every((item) => typeof item === 'string') ? format(items) : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON array of a command that needs no shell: one program, all words literal, no shell builtin. */
function directForm({ script, keyword }: Instruction): string | undefined {
  const [command, ...others] = script?.commands ?? [];
  if (script === undefined || command === undefined || others.length > 0 || keyword !== 'CMD') return undefined;
  if (command.assignments.length > 0 || command.redirects.length > 0 || /[&|;(){}#\\]/.test(script.text))
    return undefined;
  const words = command.words.map(({ value, text }) => (/^~|[*?]/.test(text) ? undefined : value));
  if (
    words.some((word) => word === undefined) ||
    /^(?:cd|source|\.|eval|set|export|ulimit|umask|trap)$/.test(words[0] ?? '')
  )
    return undefined;
  return format(words.filter((word) => word !== undefined));
}

function format(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
}
