import { InterruptedError } from './print-error.ts';

/** Ctrl-C, while something runs that has to be ended properly. At any other time it simply ends the process. */
export interface Interrupt {
  /** Aborted at Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Waits for work that ends itself when the signal is aborted.
   *
   * @throws InterruptedError where it was
   */
  guard<Result>(work: () => Promise<Result>): Promise<Result>;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Listens to SIGINT and SIGTERM only while work is guarded: what runs in our own code cannot answer a signal, and an
 * apply can be killed at any moment.
 *
 * @param source the process
 */
export function createInterrupt(source: Pick<NodeJS.Process, 'on' | 'off'>): Interrupt {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let guarded = 0;
  return {
    signal: controller.signal,
    async guard(work) {
      if (guarded++ === 0) for (const signal of SIGNALS) source.on(signal, abort);
      try {
        const result = await work();
        if (controller.signal.aborted) throw new InterruptedError();
        return result;
      } finally {
        if (--guarded === 0) for (const signal of SIGNALS) source.off(signal, abort);
      }
    },
  };
}
