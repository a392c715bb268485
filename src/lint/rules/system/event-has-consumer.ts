import type { Fact } from '../../../system/fact.ts';
import type { Service } from '../../../system/system.ts';
import { defineRule } from '../../rule.ts';
import { isNear } from './_names.ts';
import { says } from './_ports.ts';

const publisher = (name: string): string => `
  from faststream.rabbit import RabbitBroker

  broker = RabbitBroker()


  async def place(order) -> None:
      await broker.publish(order, "${name}")
`;

const subscriber = (name: string): string => `
  from faststream.rabbit import RabbitBroker

  broker = RabbitBroker()


  @broker.subscriber("${name}")
  async def handle(order) -> None: ...
`;

const services = (published: string, consumed: string): Record<string, string> => ({
  'orders/pyproject.toml': '[project]\nname = "orders"\ndependencies = ["faststream[rabbit]>=0.5"]\n',
  'orders/app.py': publisher(published),
  'orders/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
  'mail/pyproject.toml': '[project]\nname = "mail"\ndependencies = ["faststream[rabbit]>=0.5"]\n',
  'mail/app.py': subscriber(consumed),
  'mail/Dockerfile': 'FROM python:3.13-slim\nCOPY . .\n',
});

export const eventHasConsumer = defineRule({
  id: 'system/event-has-consumer',
  summary: 'Queues and topics that services read are written by some service',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'The name of a queue is the only thing that joins publisher and consumer, and nothing checks it. After a renaming on one side messages pile up, or vanish, and both services look healthy.',
  source: 'https://www.rabbitmq.com/docs/queues#names',
  messages: {
    unwritten: {
      text: '{service} reads {name}, but no service writes it; the nearest is {nearest}',
      remedy: 'Use one name on both sides.',
    },
  },
  examples: {
    bad: [
      { files: services('order-placed', 'order-place'), at: ['mail/app.py:6'] },
      { files: services('orders.placed', 'orders.place'), at: ['mail/app.py:6'] },
    ],
    good: [
      { files: services('order-placed', 'order-placed') },
      { files: services('order-placed', 'payments-settled'), note: 'Some other system may write that one.' },
      {
        files: {
          ...services('order-placed', 'order-place'),
          'orders/app.py': publisher('order-placed').replace('"order-placed"', 'name(order)'),
        },
        note: 'What is written is decided at run time.',
      },
    ],
  },
  check({ services: all }, { report }) {
    if (all.some((service) => service.messaging.publishesUnknown && service.project)) return;
    const written = new Map<string, { readonly fact: Fact<string>; readonly service: Service }>();
    for (const service of all)
      for (const fact of service.messaging.published) written.set(fact.value, { fact, service });
    for (const service of all) {
      for (const fact of service.messaging.consumed) {
        if (written.has(fact.value)) continue;
        const nearest = [...written.values()].find(
          (item) =>
            isNear(item.fact.value, fact.value) &&
            !all.some((other) => other.messaging.consumed.some((consumed) => consumed.value === item.fact.value)),
        );
        if (nearest)
          report(
            'unwritten',
            fact,
            { service: service.name, name: fact.value, nearest: nearest.fact.value },
            { related: [says(nearest.fact, `${nearest.service.name} writes ${nearest.fact.value}`)] },
          );
      }
    }
  },
});
