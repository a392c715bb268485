import type { Instruction } from '../../../artifacts/dockerfile/dockerfile.ts';
import { isScratch } from '../../../artifacts/dockerfile/run.ts';
import { defineRule } from '../../rule.ts';
import { meant } from '../../spelling.ts';

/** Where BuildKit itself replaces variables: https://docs.docker.com/reference/dockerfile/#environment-replacement */
const replaced = new Set(['ADD', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR']);
/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
const platform = new Set([
  ...['TARGETPLATFORM', 'TARGETOS', 'TARGETARCH', 'TARGETVARIANT'],
  ...['BUILDPLATFORM', 'BUILDOS', 'BUILDARCH', 'BUILDVARIANT'],
]);

export const definedVariables = defineRule({
  id: 'dockerfile/defined-variables',
  summary: 'Variables are declared before they are used',
  severity: 'warning',
  preset: 'recommended',
  peers: ['buildkit:UndefinedVar'],
  why: 'An unknown variable is replaced by nothing, silently: a path loses a part, a label becomes empty. The usual cause is an ARG that stands before FROM, which ends there unless the stage declares it again.',
  source: 'https://docs.docker.com/reference/build-checks/undefined-var/',
  messages: {
    global: {
      text: '{name} is declared before FROM only, so it is empty here',
      remedy: 'Repeat ARG {name} in the stage.',
    },
    platform: { text: '{name} is empty unless the stage declares it', remedy: 'Add ARG {name} to the stage.' },
    later: { text: '{name} is declared only after it is used', remedy: 'Move the declaration up.' },
    typo: { text: '{name} is not declared; {other} is', remedy: 'Write {other}.' },
    unknown: { text: '{name} is not declared, and scratch sets no variables', remedy: 'Declare it with ARG or ENV.' },
  },
  examples: {
    bad: [
      {
        files: `
          ARG VERSION=1.2
          FROM alpine:3.22
          LABEL org.opencontainers.image.version=$VERSION
          COPY bin/\${TARGETARCH}/tool /usr/local/bin/
          ENV APP_HOME=/app
          WORKDIR $APP_HOEM
        `,
        at: [3, 4, 6],
      },
      {
        files: `
          FROM scratch
          WORKDIR $HOME/app
        `,
        at: [2],
      },
      {
        files: `
          ARG VERSION=1.2
          FROM alpine:3.22
          RUN wget "https://example.com/tool-$VERSION.tar.gz"
        `,
        at: [3],
      },
    ],
    good: [
      `
        ARG VERSION=1.2
        FROM alpine:3.22
        ARG VERSION
        ARG TARGETARCH
        LABEL org.opencontainers.image.version=$VERSION
        COPY bin/$TARGETARCH/tool /usr/local/bin/
      `,
      {
        files: `
          FROM python:3.14-slim
          ENV PATH=/app/bin:$PATH NAME=\${OTHER:-none}
          WORKDIR $JAVA_HOME
        `,
        note: 'The base image may set it.',
      },
      {
        files: `
          ARG VERSION=1.2
          FROM alpine:3.22
          RUN VERSION=$(cat version) && echo "$VERSION" '$VERSION'
        `,
        note: 'The script sets its own.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const globals = new Set(
      dockerfile.instructions
        .filter(({ stage }) => stage === undefined)
        .flatMap(({ assignments }) => assignments.map(({ name }) => name)),
    );
    for (const instruction of dockerfile.instructions) {
      const { stage } = instruction;
      if (stage === undefined) continue;
      if (instruction.keyword === 'RUN') checkScript(instruction);
      if (!replaced.has(instruction.keyword)) continue;
      const declared = stage.instructions.flatMap(({ assignments, keyword }) =>
        keyword === 'ARG' || keyword === 'ENV' ? assignments.map(({ name }) => name) : [],
      );
      for (const word of instruction.words) {
        for (const name of variablesOf(word.raw)) {
          if (dockerfile.declaration(name, instruction)) continue;
          const other = meant(name, [...declared, ...platform]);
          if (globals.has(name)) report('global', word, { name });
          else if (platform.has(name)) report('platform', word, { name });
          else if (declared.includes(name)) {
            // `ENV PATH=/app/bin:$PATH` goes on from what the base image sets.
            const isOwn = instruction.keyword === 'ENV' && instruction.assignments.some((one) => one.name === name);
            if (!isOwn && isScratch(stage)) report('later', word, { name });
          } else if (other !== undefined && declared.includes(other)) report('typo', word, { name, other });
          else if (isScratch(stage)) report('unknown', word, { name });
        }
      }
    }

    function checkScript(instruction: Instruction): void {
      const { script } = instruction;
      if (script === undefined || instruction.heredocs.length > 0) return;
      for (const { words } of script.commands) {
        for (const word of words) {
          for (const name of variablesOf(word.text)) {
            if (!globals.has(name) || dockerfile.declaration(name, instruction)) continue;
            const isSet = new RegExp(
              `\\b${name}=|\\b(?:read|for|local|mapfile)\\s[^;&|]*\\b${name}\\b|\\.\\s+\\S|source\\s`,
            );
            if (!isSet.test(script.text)) report('global', { file: script.file, range: word.range }, { name });
          }
        }
      }
    }
  },
});

/** The names that a word uses without a fallback, outside single quotes. */
function variablesOf(raw: string): readonly string[] {
  const outside = raw.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (part) => (part.startsWith("'") ? '' : part));
  const found = outside.matchAll(/(?<!\\)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g);
  return [...new Set([...found].map((match) => match[1] ?? match[2] ?? ''))];
}
