import { defineRule } from '../../rule.ts';

export const validExpose = defineRule({
  id: 'dockerfile/valid-expose',
  summary: 'EXPOSE names ports of the container',
  severity: 'error',
  preset: 'recommended',
  peers: ['hadolint:DL3011', 'buildkit:ExposeInvalidFormat', 'trivy:DS-0008'],
  why: 'EXPOSE documents on which ports the program listens: a number up to 65535, a range, and a protocol. Addresses and host ports belong to docker run or Compose; here they are ignored or break the build.',
  source: 'https://docs.docker.com/reference/dockerfile/#expose',
  messages: {
    range: { text: '{port} is no port', remedy: 'Ports go from 1 to 65535.' },
    mapping: { text: '{port} maps a port, which EXPOSE cannot', remedy: 'Name the port of the container alone.' },
    protocol: { text: '{protocol} is no protocol that EXPOSE knows', remedy: 'Write tcp, udp or sctp.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM alpine:3.22
          EXPOSE 80000
          EXPOSE 127.0.0.1:8080:80
          EXPOSE 80/http
        `,
        at: [2, 3, 4],
      },
    ],
    good: [
      `
        FROM alpine:3.22
        ARG PORT
        EXPOSE 8000 53/udp 9000-9010/tcp $PORT
      `,
    ],
  },
  check(dockerfile, { report }) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'EXPOSE') continue;
      for (const word of instruction.words) {
        const text = dockerfile.expand(word.value, instruction);
        if (text === undefined || text === '' || word.raw.startsWith('#')) continue;
        const [port = '', protocol] = text.split('/');
        if (port.includes(':')) report('mapping', word, { port: text });
        else if (!port.split('-').every((part) => /^\d+$/.test(part) && Number(part) >= 1 && Number(part) <= 65535))
          report('range', word, { port });
        else if (protocol !== undefined && !/^(?:tcp|udp|sctp)$/i.test(protocol))
          report('protocol', word, { protocol });
      }
    }
  },
});
