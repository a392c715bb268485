import { ListNode } from '../../../artifacts/yaml/node.ts';
import { type Edit, indentOf, lineEnd, replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const dependsOnHealthy = defineRule({
  id: 'compose/depends-on-healthy',
  summary: 'A service waits until what it needs is healthy',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'The short form waits until the container has started, not until it answers: the service meets a database that is still starting, and fails or not by chance. Where the dependency has a health check, Compose can wait for it.',
  source: 'https://docs.docker.com/compose/how-tos/startup-order/',
  messages: {
    started: {
      text: '{service} waits for the start of {other}, not for its health',
      remedy: 'Use the long form with condition: service_healthy.',
    },
    never: { text: '{other} has no health check, so it never becomes healthy', remedy: 'Give it a healthcheck.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            depends_on:
              - db
              - mail
          db:
            image: postgres:18.1
            healthcheck:
              test: [CMD, pg_isready]
          mail:
            image: example.com/mail:1
      `,
        at: [5],
        fixed: `
        services:
          app:
            image: example.com/app:1
            depends_on:
              db:
                condition: service_healthy
              mail:
                condition: service_started
          db:
            image: postgres:18.1
            healthcheck:
              test: [CMD, pg_isready]
          mail:
            image: example.com/mail:1
      `,
      },
      {
        files: `
        services:
          app:
            image: example.com/app:1
            depends_on:
              db:
                condition: service_healthy
          db:
            image: example.com/db:1
            healthcheck:
              disable: true
      `,
        at: [6],
      },
    ],
    good: [
      {
        files: `
        services:
          app:
            image: example.com/app:1
            depends_on:
              db:
                condition: service_healthy
          other:
            image: example.com/app:1
            depends_on: [mail]
          db:
            image: postgres:18.1
            healthcheck:
              test: [CMD, pg_isready]
          mail:
            image: example.com/mail:1
      `,
        note: 'Whether an image brings a health check is not known.',
      },
    ],
  },
  check(project, { report }) {
    for (const { root, name } of project.services.values()) {
      const needs = root.get('depends_on');
      if (needs instanceof ListNode) {
        const first = needs.items.find((item) => health(item.text() ?? '') === true);
        if (first) report('started', first, { service: name, other: first.text() ?? '' }, { fix: longForm(needs) });
      }
      for (const { name: other, value } of root.pairs('depends_on')) {
        const condition = value.get('condition');
        if (value.string('condition') !== 'service_healthy' || condition === undefined) continue;
        if (health(other) === false) report('never', condition, { other });
      }
    }

    /** Undefined where the image decides. */
    function health(service: string): boolean | undefined {
      const check = project.services.get(service)?.root.map('healthcheck');
      if (check === undefined) return undefined;
      if (check.boolean('disable') === true || check.string('test') === 'NONE' || check.string('test', 0) === 'NONE')
        return false;
      return check.get('test') === undefined ? undefined : true;
    }

    function longForm(list: ListNode): readonly Edit[] {
      const condition = (name: string): string => (health(name) === true ? 'service_healthy' : 'service_started');
      const { file } = list;
      const names = list.items.map((item) => item.text() ?? '');
      const plain = list.items.every((item) => item.file === file && /^[\w.-]+$/.test(file.slice(item.range)));
      if (!plain) return [];
      if (list.flow) {
        const pairs = names.map((name) => `${name}: { condition: ${condition(name)} }`);
        return [replace(list, `{ ${pairs.join(', ')} }`)];
      }
      return list.items.flatMap((item, index) => {
        const indent = indentOf(item);
        const start = file.text.lastIndexOf('-', item.range.start - 1);
        const name = names[index] ?? '';
        const text = `${name}:${lineEnd(file)}${indent}  condition: ${condition(name)}`;
        // A list may stand as far left as its key, a mapping may not.
        return /^ {5,}$/.test(indent) ? replace({ file, range: { start, end: item.range.end } }, text) : [];
      });
    }
  },
});
