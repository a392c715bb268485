import { defineRule } from '../../rule.ts';

export const limitsAndRestart = defineRule({
  id: 'compose/limits-and-restart',
  summary: 'Services have a memory limit and a restart policy',
  severity: 'info',
  preset: 'strict',
  peers: [
    'kics:6b610c50-99fb-4ef0-a5f3-e312fd945bc3',
    'kics:bb9ac4f7-e13b-423d-a010-c74a1bfbe492',
    'kics:2fc99041-ddad-49d5-853f-e35e70a48391',
  ],
  why: 'Without a limit a leak in one service takes the memory of all, and the kernel ends a process of its own choice. Without a restart policy a crash is the end of the service. Jobs that others wait for until they have ended need none.',
  source: 'https://docs.docker.com/reference/compose-file/deploy/#resources',
  messages: {
    memory: { text: '{service} has no memory limit', remedy: 'Set deploy.resources.limits.memory.' },
    restart: { text: '{service} is not restarted after a crash', remedy: 'Set restart.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
      `,
        at: [2, 2],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            restart: unless-stopped
            depends_on:
              migrate:
                condition: service_completed_successfully
            deploy:
              resources:
                limits:
                  memory: 256M
          migrate:
            image: example.com/app:1
            mem_limit: 256m
      `,
      },
    ],
  },
  check(project, { report }) {
    const jobs = new Set(
      [...project.services.values()].flatMap(({ root }) =>
        root
          .pairs('depends_on')
          .flatMap(({ name, value }) => (value.string('condition') === 'service_completed_successfully' ? name : [])),
      ),
    );
    for (const service of project.services.values()) {
      const { root, name } = service;
      const limited = root.get('mem_limit') ?? root.get('deploy', 'resources', 'limits', 'memory');
      if (limited === undefined) report('memory', service, { service: name });
      const restarts = root.get('restart') ?? root.get('deploy', 'restart_policy');
      if (restarts === undefined && !jobs.has(name)) report('restart', service, { service: name });
    }
  },
});
