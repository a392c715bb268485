import { defineRule } from '../../rule.ts';
import { dockerfile, fastapiService, unknownStart } from './_examples.ts';
import { exposedPorts, says, withPlace } from './_ports.ts';

export const listenPortExposed = defineRule({
  id: 'system/listen-port-exposed',
  summary: 'EXPOSE names the port that the server binds',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'EXPOSE is what people, `docker run -P` and proxies such as Traefik take for the port of the service. When the server binds another one, they connect to a port on which nothing listens.',
  source: 'https://docs.docker.com/reference/dockerfile/#expose',
  messages: {
    differs: {
      text: 'EXPOSE names {exposed}, but the server binds {bound}',
      remedy: 'Make both the same port.',
    },
  },
  examples: {
    bad: [
      {
        files: { ...fastapiService, Dockerfile: dockerfile.replace('EXPOSE 8000', 'EXPOSE 8080') },
        at: ['Dockerfile:4'],
      },
      {
        files: {
          ...fastapiService,
          Dockerfile: `
            FROM python:3.13-slim
            WORKDIR /app
            COPY . .
            ENV PORT=9000
            EXPOSE 8000
            CMD uvicorn app.main:app --host 0.0.0.0 --port \${PORT:-8000}
          `,
        },
        at: ['Dockerfile:5'],
        note: 'The port comes from a variable of the image.',
      },
    ],
    good: [
      { files: { ...fastapiService, Dockerfile: dockerfile } },
      {
        files: { ...fastapiService, Dockerfile: `${unknownStart}  EXPOSE 8080\n` },
        note: 'PORT is set nowhere: the port is not known.',
      },
    ],
  },
  check(system, { report }) {
    for (const runtime of system.runtimes) {
      const { image, start } = runtime;
      if (runtime.kind !== 'image' || !image?.stage || !start?.port) continue;
      const ports = exposedPorts(image.dockerfile, image.stage);
      const [first] = ports ?? [];
      if (!ports || !first || ports.some((port) => port.value === start.port?.value)) continue;
      report(
        'differs',
        first,
        { exposed: ports.map((port) => port.value).join(', '), bound: withPlace(start.port.value, start.port) },
        { related: [says(start.port, `The server binds ${start.port.value}`)] },
      );
    }
  },
});
