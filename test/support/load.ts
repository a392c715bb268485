import { Agent, request } from 'node:http';

/** What became of the requests of a load: id → status. */
export type Answers = ReadonlyMap<string, number>;

/** Clients that send one request after the other, each with an id of its own, until the service takes no more. */
export interface Load {
  readonly answers: Answers;
  /** Resolves when each client has failed to get an answer, or has been told to stop. */
  readonly ended: Promise<void>;
}

/**
 * Starts clients that read, and create with an idempotency key, in turn.
 *
 * @param url where the resource is
 * @param clients how many requests are under way at once
 */
export function startLoad(url: string, clients: number): Load {
  const answers = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  const client = async (name: number): Promise<void> => {
    for (let number = 0; ; number++) {
      const id = `load-${name}-${number}`;
      const status = await send(url, id, number % 2 === 0 ? undefined : JSON.stringify({ name: id }), agent);
      if (status === undefined) return;
      answers.set(id, status);
    }
  };
  const all = Array.from({ length: clients }, (_, name) => client(name));
  return { answers, ended: Promise.all(all).then(() => agent.destroy()) };
}

/** The status of the answer; undefined where the connection was refused or ended without one. */
function send(url: string, id: string, body: string | undefined, agent: Agent): Promise<number | undefined> {
  const headers = { 'x-request-id': id, 'content-type': 'application/json', 'idempotency-key': id };
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, headers, method: body === undefined ? 'GET' : 'POST' }, (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.complete ? answer.statusCode : undefined));
    });
    outgoing.once('error', () => resolve(undefined));
    outgoing.end(body);
  });
}
