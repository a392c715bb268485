import { defineRule } from '../../rule.ts';
import { gitlabVariables } from './_gitlab.ts';

export const dockerInDockerTls = defineRule({
  id: 'pipeline/docker-in-docker-tls',
  summary: 'Docker in Docker speaks TLS',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: "The daemon beside the job runs with privileges on the runner's host. Without TLS whoever reaches its port (another job on the same network, code of a dependency) can start any container there.",
  source: 'https://docs.gitlab.com/ci/docker/docker_in_docker/',
  messages: {
    off: { text: 'DOCKER_TLS_CERTDIR is empty, which turns TLS of the Docker daemon off', remedy: 'Set it to /certs.' },
    plain: {
      text: 'The Docker daemon is reached without TLS at {host}',
      remedy: 'Use tcp://docker:2376 with DOCKER_TLS_CERTDIR: /certs and DOCKER_TLS_VERIFY: "1".',
    },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              stage: build
              services: [docker:29-dind]
              variables:
                DOCKER_TLS_CERTDIR: ""
                DOCKER_HOST: tcp://docker:2375
              script: docker build .
          `,
        },
        at: ['.gitlab-ci.yml:5', '.gitlab-ci.yml:6'],
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              services: [docker:29-dind]
              variables:
                DOCKER_TLS_CERTDIR: /certs
                DOCKER_HOST: tcp://docker:2376
              script: docker build .
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            container:
              services: [docker:29-dind]
              variables:
                DOCKER_HOST: tcp://localhost:2375
              script: docker build .
          `,
        },
        note: 'On Kubernetes both containers share a pod, and nobody else reaches its loopback.',
      },
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'gitlab') return;
    for (const variable of gitlabVariables(pipeline)) {
      if (variable.name === 'DOCKER_TLS_CERTDIR' && variable.value === '') report('off', variable);
      if (variable.name === 'DOCKER_HOST' && /^tcp:\/\/(?!localhost|127\.)[^/$]*:2375\b/.test(variable.value))
        report('plain', variable, { host: variable.value });
    }
  },
});
