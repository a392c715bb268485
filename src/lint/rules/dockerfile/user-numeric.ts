import { effective, lineage } from '../../../artifacts/dockerfile/dockerfile.ts';
import { officialName, rootImage, runCommands } from '../../../artifacts/dockerfile/run.ts';
import { flagValue, operands } from '../../../artifacts/shell/arguments.ts';
import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const userNumeric = defineRule({
  id: 'dockerfile/user-numeric',
  summary: 'USER is a number',
  severity: 'info',
  preset: 'strict',
  peers: ['hadolint:DL3066'],
  why: 'Kubernetes refuses to start an image whose user is a name when runAsNonRoot is set: it cannot tell whether the name stands for root. A number says it, and does not depend on /etc/passwd.',
  source: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  messages: {
    name: { text: 'USER {user} is a name', remedy: 'Write its numeric id.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM debian:13-slim
          RUN useradd --uid 10001 --no-create-home app
          USER app
        `,
        at: [3],
        fixed: `
          FROM debian:13-slim
          RUN useradd --uid 10001 --no-create-home app
          USER 10001
        `,
      },
      {
        files: `
          FROM registry.example.com/base:1
          USER service
        `,
        at: [2],
      },
    ],
    good: [
      `
        FROM debian:13-slim
        USER 10001:10001
      `,
      {
        files: `
          FROM debian:13-slim
          ARG APP_USER
          USER $APP_USER
        `,
        note: 'The value is not known.',
      },
      {
        files: `
          FROM debian:13-slim
          USER root
        `,
        note: 'That is the business of another rule.',
      },
    ],
  },
  check(dockerfile, { report }) {
    const stage = dockerfile.finalStage;
    const instruction = stage && effective(stage, 'USER');
    if (stage === undefined || instruction === undefined) return;
    const user = dockerfile.expand(instruction.words[0]?.value ?? '', instruction);
    if (user === undefined || user === '' || /^(?:\d+(?::|$)|root(?::|$))/.test(user)) return;
    const own = lineage(stage).flatMap(({ instructions }) => instructions);
    const created = [...runCommands(dockerfile, own)].find(
      ({ program, args }) =>
        (program === 'useradd' || program === 'adduser') &&
        operands(args, ['-u', '--uid']).some(({ value }) => value === user),
    );
    const uid = created
      ? flagValue(created.args, '-u', '--uid')?.value
      : wellKnown(user, officialName(rootImage(stage)));
    const plain = uid !== undefined && /^\d+$/.test(uid) && instruction.words.length === 1;
    report('name', instruction.argument, { user }, plain ? { fix: [replace(instruction.argument, uid)] } : {});
  },
});

/** The users that official images bring: https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user */
function wellKnown(user: string, image: string | undefined): string | undefined {
  if (user === 'node' && image === 'node') return '1000';
  return user === 'nobody' && (image === 'alpine' || image === 'debian') ? '65534' : undefined;
}
