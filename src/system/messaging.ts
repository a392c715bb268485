import type { PythonModule } from '../artifacts/python/module.ts';
import type { PythonProject } from '../artifacts/python/project.ts';
import { argumentAt, type CallExpression, type Expression, keyword } from '../artifacts/python/syntax.ts';
import { evaluate, type StaticValue } from '../artifacts/python/values.ts';
import type { Fact } from './fact.ts';

/** The queues and topics that a project writes to and reads from. */
export interface Messaging {
  readonly published: readonly Fact<string>[];
  readonly consumed: readonly Fact<string>[];
  /** Whether a name is computed, or a library is used whose names are not read. */
  readonly publishesUnknown: boolean;
  readonly consumesUnknown: boolean;
}

/** Reads the names that FastStream, pika, aio-pika and aiokafka publish to and consume from. */
export function readMessaging(project: PythonProject): Messaging {
  const published: Fact<string>[] = [];
  const consumed: Fact<string>[] = [];
  const relies = project.requires(
    'celery',
    'dramatiq',
    'kombu',
    'nameko',
    'arq',
    'rq',
    'confluent-kafka',
    'kafka-python',
    'boto3',
    'aioboto3',
    'nats-py',
    'aiormq',
    'redis',
  );
  let publishesUnknown = relies;
  let consumesUnknown = relies;
  for (const module of project.sources) {
    if (!/faststream|pika|aiokafka/.test(module.text) && !/\.(subscriber|publisher|publish)\(/.test(module.text))
      continue;
    for (const { call } of module.calls) {
      const use = usage(module, call);
      if (!use) continue;
      const names = use.names.flatMap((expression) =>
        namesOf(evaluate(project.repository, module, expression), project, module, expression),
      );
      const unknown = names.length === 0 || names.some((name) => name === undefined);
      if (use.direction === 'out') publishesUnknown ||= unknown;
      else consumesUnknown ||= unknown;
      for (const name of names) if (name) (use.direction === 'out' ? published : consumed).push(name);
    }
  }
  return { published, consumed, publishesUnknown, consumesUnknown };
}

interface Usage {
  readonly direction: 'in' | 'out';
  readonly names: readonly Expression[];
}

function usage(module: PythonModule, call: CallExpression): Usage | undefined {
  if (module.qualify(call.callee) === 'aiokafka.AIOKafkaConsumer') {
    return {
      direction: 'in',
      names: call.args.filter((argument) => argument.name === undefined).map((argument) => argument.value),
    };
  }
  if (call.callee.kind !== 'attribute') return undefined;
  const argument = (index: number, ...names: readonly string[]): readonly Expression[] => {
    for (const name of names) {
      const given = keyword(call, name);
      if (given) return [given.value];
    }
    const positional = index >= 0 ? argumentAt(call, index) : undefined;
    return positional ? [positional.value] : [];
  };
  switch (call.callee.name) {
    case 'subscriber':
      return {
        direction: 'in',
        names:
          /faststream/.test(module.text) || looksLikeBroker(call.callee.object)
            ? [
                ...argument(-1, 'queue', 'channel', 'list', 'stream'),
                ...call.args
                  .filter((item) => item.name === undefined)
                  .slice(0, 1)
                  .map((item) => item.value),
              ].slice(0, 1)
            : [],
      };
    case 'publisher':
      return looksLikeBroker(call.callee.object)
        ? { direction: 'out', names: argument(0, 'routing_key', 'queue', 'topic') }
        : undefined;
    case 'publish':
      return looksLikeBroker(call.callee.object)
        ? { direction: 'out', names: argument(1, 'routing_key', 'queue', 'topic') }
        : undefined;
    case 'basic_publish':
      return { direction: 'out', names: argument(1, 'routing_key') };
    case 'basic_consume':
      return { direction: 'in', names: argument(0, 'queue') };
    case 'send_and_wait':
      return /aiokafka/.test(module.text) ? { direction: 'out', names: argument(0, 'topic') } : undefined;
    default:
      return undefined;
  }
}

function looksLikeBroker(expression: Expression): boolean {
  const name = expression.kind === 'name' || expression.kind === 'attribute' ? expression.name : '';
  return /broker|router|exchange|publisher/i.test(name);
}

function namesOf(
  value: StaticValue,
  project: PythonProject,
  module: PythonModule,
  expression: Expression,
): readonly (Fact<string> | undefined)[] {
  if (value.kind === 'string') return [{ value: value.value, file: value.file, range: value.range }];
  const source = expression.kind === 'name' ? project.repository.resolve(module, expression.name) : undefined;
  const call =
    expression.kind === 'call'
      ? { module, call: expression }
      : source?.binding.kind === 'value' && source.binding.value.kind === 'call'
        ? { module: source.module, call: source.binding.value }
        : undefined;
  if (call && /(Queue|Topic|Channel|Stream)$/.test(call.module.qualify(call.call.callee) ?? '')) {
    const first = argumentAt(call.call, 0, 'name');
    const name = first ? evaluate(project.repository, call.module, first.value) : undefined;
    const key = keyword(call.call, 'routing_key');
    const routing = key ? evaluate(project.repository, call.module, key.value) : undefined;
    const known = routing ?? name;
    if (known?.kind === 'string') return [{ value: known.value, file: known.file, range: known.range }];
  }
  return [undefined];
}
