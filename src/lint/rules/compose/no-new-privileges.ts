import { ListNode } from '../../../artifacts/yaml/node.ts';
import { defineRule } from '../../rule.ts';
import { appendItem, setPath } from '../../yaml-edit.ts';

export const noNewPrivileges = defineRule({
  id: 'compose/no-new-privileges',
  summary: 'Processes cannot gain privileges',
  severity: 'warning',
  preset: 'strict',
  peers: ['kics:27fcc7d6-c49b-46e0-98f1-6c082a6a2750'],
  why: 'With no-new-privileges the kernel ignores setuid bits and file capabilities, so that a forgotten su or ping in the image is no way to become root.',
  source: 'https://docs.docker.com/reference/compose-file/services/#security_opt',
  messages: {
    missing: { text: '{service} may gain privileges', remedy: 'Add no-new-privileges:true to security_opt.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
          other:
            image: example.com/app:1
            security_opt:
              - apparmor:docker-default
      `,
        at: [2, 4],
        fixed: `
        services:
          app:
            image: example.com/app:1
            security_opt: ["no-new-privileges:true"]
          other:
            image: example.com/app:1
            security_opt:
              - apparmor:docker-default
              - "no-new-privileges:true"
      `,
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            security_opt: ["no-new-privileges:true"]
          other:
            image: example.com/app:1
            security_opt: [no-new-privileges]
          free:
            image: example.com/app:1
            security_opt: ["no-new-privileges:false"]
      `,
        note: 'Saying false is a decision.',
      },
    ],
  },
  check(project, { report }) {
    for (const service of project.services.values()) {
      const options = service.root.get('security_opt');
      if (service.root.list('security_opt').some((item) => /^no-new-privileges\b/.test(item.text() ?? ''))) continue;
      if (service.root.boolean('privileged') === true) continue;
      const value = '"no-new-privileges:true"';
      const fix =
        options instanceof ListNode
          ? appendItem(options, value)
          : options === undefined
            ? setPath(service.root, ['security_opt'], `[${value}]`)
            : [];
      report('missing', service, { service: service.name }, { fix });
    }
  },
});
