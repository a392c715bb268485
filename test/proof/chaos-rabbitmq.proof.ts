import { startRabbitMq } from '../support/rabbitmq.ts';
import type { Bench, Figure } from './bench.ts';
import { proveThatNothingIsLostOrDoubled } from './chaos.ts';

/** Relay, consumer and RabbitMQ are killed at random under load; no event is lost, and none takes effect twice. */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  return proveThatNothingIsLostOrDoubled(bench, 'rabbitmq', await startRabbitMq());
}
